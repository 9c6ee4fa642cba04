# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Shared memory of an earlier run with wide expert parallelism is in the way.

Why: Its ranks share their experts in /dev/shm, and an abnormal end leaves the files there.

Remedy: Remove the leftover /dev/shm/moe_* of an earlier run on this node, or give each worker a
TRTLLM_EPLB_SHM_NAME of its own.

Source: TensorRT-LLM pull request 7377, which removes them from 1.1 on
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI402",
    "expert-memory-left-over",
    role="root",
    fault="infrastructure",
    engine="trtllm",
    # of another user, whose files nobody else may open
    texts=(
        "File exists: '/moe_",
        "Permission denied: '/moe_",
        "Found exist EPLB shared memory",
    ),
    phase="load",
    node=True,
    samples=(
        "FileExistsError: [Errno 17] File exists: '/moe_shared_l0_lr0_all'",
        " 7: FileExistsError: [Errno 17] File exists: '/moe_shared_l0_lr0_all'",
        "PermissionError: [Errno 13] Permission denied: '/moe_shared_l3_lr0_all'",
        "[10/21/2025-05:02:44] [TRT-LLM] [RANK 2] [W] Found exist EPLB shared memory name: moe_shared_l3_lr2_all, unlinking...",
    ),
    near_misses=(
        "FileExistsError: [Errno 17] File exists: '/tmp/engine'",
        "PermissionError: [Errno 13] Permission denied: '/models/moe_7b/config.json'",
    ),
)
