# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A user's share of a file system is used up.

Why: Checkpoints, caches and logs of earlier runs fill it.

Remedy: Remove what is no longer wanted, or point HF_HOME and the caches to another file system.

Source: Linux, errno EDQUOT
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI908",
    "quota-exceeded",
    role="root",
    fault="infrastructure",
    engine="system",
    texts=("isk quota exceeded", "block limit reached"),
    pattern=r"^(?!.*session key)",
    samples=(
        "OSError: [Errno 122] Disk quota exceeded: '/home/u/.cache/huggingface/x'",
        "dm-0: write failed, user block limit reached.",
    ),
    near_misses=(
        "quota of u: 20 GB of 100 GB used",
        "runc create failed: unable to start container process: error during container init: unable to join session keyring: unable to create session key: disk quota exceeded",
    ),
)
