# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The tokens of a batch, its sequences and the longest sequence do not fit each other.

Why: max_num_batched_tokens has to hold one token of each sequence, and without chunked prefill the
longest prompt.

Remedy: Raise max_num_batched_tokens, or lower max_num_seqs or max_model_len.

Source: vLLM, `config/scheduler.py`; TensorRT-LLM, `llmapi/llm_args.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI352",
    "token-budget-contradicts",
    role="root",
    fault="config",
    engine="vllm",
    texts=(
        "max_num_batched_tokens (",
        "max_tokens_per_mm_item (",
        " > max_num_tokens * ",
        "max_num_tokens (",
        "long_prefill_token_threshold (",
        "max_num_partial_prefills (",
        "<= num_max_dispatch_tokens_per_rank",
        "max_tokens_per_mm_item=",
        "max_long_partial_prefills (",
        "does not have enough slots to schedule a token",
    ),
    pattern=r"max_num_batched_tokens \(\d+\) (?:is smaller|must be)|max_tokens_per_mm_item \(\d+\) is larger|> max_num_tokens \* |max_num_tokens \(\d+\) must be (?:greater|larger|at least)|long_prefill_token_threshold \(\d+\) cannot|max_num_partial_prefills \(\d+\) must|Assertion error .*<= num_max_dispatch_tokens_per_rank|max_tokens_per_mm_item=\d+ is larger|max_long_partial_prefills \(\d+\) must|must be <= max_num_batched_tokens|does not have enough slots to schedule a token",
    samples=(
        " 0: ValueError: max_num_batched_tokens (2048) is smaller than max_model_len (8192). This effectively limits the maximum sequence length to max_num_batched_tokens and makes vLLM reject longer sequences.",
        "ValueError: Chunked MM input disabled but max_tokens_per_mm_item (16384) is larger than max_num_batched_tokens (8192). Please increase max_num_batched_tokens.",
        "ValueError: max_num_tokens (2048) must be greater than or equal to max_batch_size (4096)",
        "ValueError: max_batch_size 256 > max_num_tokens * beam_width 128",
        "ValueError: long_prefill_token_threshold (9000) cannot be greater than the max_model_len (8192).",
        "ValueError: max_num_partial_prefills (0) must be greater than or equal to 1.",
        "RuntimeError: Failed: Assertion error /tmp/DeepEP/csrc/deep_ep.cpp:1131 'x.size(0) == topk_idx.size(0) and x.size(0) <= num_max_dispatch_tokens_per_rank'",
        "ValueError: Chunked MM input disabled but max_tokens_per_mm_item=16384 is larger than max_num_batched_tokens=2048. Please increase max_num_batched_tokens.",
        "6: ValueError: max_long_partial_prefills (4) must be greater than or equal to 1 and less than or equal to max_num_partial_prefills (2).",
        "AssertionError: In Mamba cache align mode, block_size (2096) must be <= max_num_batched_tokens (2048).",
        "ValueError: VllmConfig does not have enough slots to schedule a token and support the speculative decoding settings. Got max_num_batched_tokens=256 and scheduled_token_delta=1024.",
    ),
    near_misses=(
        "max_num_batched_tokens (8192)",
        "WARNING 11-21 09:19:49 [scheduler.py:10] max_num_batched_tokens (8192) exceeds max_num_seqs * max_model_len (4096)",
    ),
)
