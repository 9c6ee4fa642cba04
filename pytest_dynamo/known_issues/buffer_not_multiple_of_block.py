# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The transceiver's buffer is no multiple of the block of tokens.

Why: Every worker asserts it while it makes the buffer; with FlashMLA on Hopper a block has 64
tokens.

Remedy: Round max_tokens_in_buffer up to a multiple of tokens_per_block.

Source: TensorRT-LLM pull request 3798; aiconfigurator issues 453 and 459
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI305",
    "buffer-not-multiple-of-block",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "% tokensPerBlock == 0",
        "cache_transceiver_max_tokens_in_buffer=",
    ),
    phase="load",
    samples=(
        " 6: [TensorRT-LLM][ERROR] Assertion failed: maxNumTokens.value() % tokensPerBlock == 0 (/src/tensorrt_llm/batch_manager/cacheTransBuffer.cpp:193)",
        "ValueError: decode cache_transceiver_max_tokens_in_buffer=8200 must be divisible by decode_block_size=64",
    ),
    near_misses=("[TensorRT-LLM][INFO] tokensPerBlock: 32",),
)
