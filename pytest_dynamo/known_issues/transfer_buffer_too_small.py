# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A prompt does not fit into the buffer of the transceiver.

Why: NIXL cannot use a larger one made on the spot, and the workers stall.

Remedy: Set max_tokens_in_buffer to at least the longest prompt, on both roles.

Source: Dynamo pull request 5523 and issue 4327
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI605",
    "transfer-buffer-too-small",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "bufferCoverTargetNum",
        "max_tokens_in_buffer is ",
        "ynamic buffer is not supported with",
        "Agent need all buffer pre-allocated",
        "Agent needs all RNN send buffers pre-allocated",
        "onlyUseDynamicBuffer == false",
    ),
    phase="serving",
    between_roles=True,
    samples=(
        "[TensorRT-LLM][ERROR] Assertion failed: Agent need all buffer pre-allocated (/src/batch_manager/cacheFormatter.cpp:412)",
        "[TensorRT-LLM][ERROR] Exception in CacheSender response: [TensorRT-LLM][ERROR] Assertion failed: Dynamic buffer is not supported with the NIXL backend, max_tokens_in_buffer (8192) must hold the whole prompt (19873 tokens)",
        "[TensorRT-LLM][ERROR] CacheTransceiver: request 2187 needs a transfer buffer for 7904 tokens, but max_tokens_in_buffer is 4096 and dynamic buffers are not supported by the NIXL backend",
        " 4: [TensorRT-LLM][WARNING] CacheTransceiver getOrAllocateBuffers: bufferCoverTargetNum:0 < targetNum:1, may use dynamic buffer which will fail with NIXL backend",
        "[TensorRT-LLM][ERROR] Error occurred during context transfer for request 1031: [TensorRT-LLM][ERROR] Assertion failed: Agent needs all RNN send buffers pre-allocated (/workspace/TensorRT-LLM/cpp/tensorrt_llm/batch_manager/rnnCacheFormatter.cpp:188)",
        "[TensorRT-LLM][ERROR] Error occurred during generation transfer for request 9: [TensorRT-LLM][ERROR] Assertion failed: onlyUseDynamicBuffer == false (/workspace/TensorRT-LLM/cpp/tensorrt_llm/batch_manager/mlaCacheFormatter.cpp:422)",
    ),
    near_misses=("CacheTransceiver buffers allocated: 2",),
)
