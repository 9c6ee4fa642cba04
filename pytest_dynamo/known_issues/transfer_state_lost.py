# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Decode has lost track of a transfer.

Why: Two transfers of one request race in the transceiver.

Remedy: Upgrade TensorRT-LLM.

Source: Dynamo issues 6408 and 6734
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI604",
    "transfer-state-lost",
    role="root",
    fault="product",
    engine="trtllm",
    texts=("Assertion failed: emplaceDone", "buffer pool poisoned"),
    pattern=r"^(?!.*kvCacheManager\.cpp)",  # which says so of a sequence that was added twice
    phase="serving",
    between_roles=True,
    samples=(
        " 0: [TensorRT-LLM][ERROR] Assertion failed: emplaceDone (/src/tensorrt_llm/batch_manager/dataTransceiver.cpp:512)",
        "[TensorRT-LLM][ERROR][RANK 6] Cannot assign cache transfer buffer kind=kv because a previous transfer left the buffer pool poisoned.",
    ),
    near_misses=(
        "emplaceDone: true",
        "[TensorRT-LLM][ERROR] Assertion failed: emplaceDone (/src/tensorrt_llm/batch_manager/kvCacheManager.cpp:2104)",
    ),
)
