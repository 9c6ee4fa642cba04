# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The KV cache is too small for a single sequence.

Why: After the weights too little is left, or max_seq_len is too long.

Remedy: Lower max_seq_len, raise free_gpu_memory_fraction, or split over more GPUs.

Source: TensorRT-LLM, `kvCacheManager.cpp`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI315",
    "no-sequence-fits",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "Impossible to fit",
        "must be large enough to process at least 1 sequence",
        "to fit in any sequence in kvCache",
    ),
    phase="load",
    samples=(
        " 0: [TensorRT-LLM][ERROR] Assertion failed: Impossible to fit in any sequence in kvCache",
        "RuntimeError: [TensorRT-LLM][ERROR] Assertion failed: Impossible to fit any sequence in kvCache",
        "[TensorRT-LLM][ERROR] Assertion failed: maxTokensInPagedKvCache (512) must be large enough to process at least 1 sequence to completion",
        "[TensorRT-LLM][ERROR] Assertion failed: Impossibe to fit in any sequence in kvCache (/src/tensorrt_llm/cpp/tensorrt_llm/batch_manager/kvCacheManager.cpp:1184)",
    ),
    near_misses=("[TensorRT-LLM][INFO] Max KV cache blocks per sequence: 265",),
)
