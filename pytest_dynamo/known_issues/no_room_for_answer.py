# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A prompt is longer than the worker's max_seq_len.

Why: No token is left for the answer.

Remedy: Raise max_seq_len on every worker, or send shorter prompts.

Source: Dynamo, `components/backends/trtllm`; dynamo issues 3780 and 6605
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI208",
    "no-room-for-answer",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "default_max_tokens (",
        "default_max_tokens` (",
        "maximum context length is ",
        "is longer than the maximum model length of",
        "exceeds maximum input length (",
        "should not exceed max_seq_len",
        "` (0) should be greater than 0",
        "is longer than the model's context length",
        "must be set when `default_max_tokens` is illegal",
    ),
    pattern=r"default_max_tokens`? \(-?\d+\) must be greater than 0|maximum context length is \d+ tokens\. However|is longer than the maximum model length of \d|exceeds maximum input length \(\d|max_tokens \(\d+\) should not exceed max_seq_len|default_max_tokens` \(-?\d+\) should be greater than 0|is longer than the model's context length|must be set when `default_max_tokens` is illegal",
    phase="serving",
    one_request=True,
    samples=(
        " 0: ValueError: default_max_tokens (-93) must be greater than 0",
        "ValueError: `default_max_tokens` (-93) must be greater than 0, `default_max_tokens` (-93) = max_seq_len (8192) - `splited_prompt_len` (8285) - `query_token_len` (0)",
        "2026-03-09T10:15:20.408Z ERROR dynamo_llm::http::service::openai: This model's maximum context length is 16384 tokens. However, your messages resulted in 16478 tokens. Please reduce the length of the messages.",
        "ValueError: The decoder prompt (length 21535) is longer than the maximum model length of 16384. Make sure that `max_model_len` is no smaller than the number of text tokens.",
        "[TensorRT-LLM][ERROR] Encountered an error when fetching new request: Prompt length (12288) exceeds maximum input length (8191).",
        "ValueError: The sum of prompt length (8000) and max_tokens (512) should not exceed max_seq_len (8192)",
        "[02/25/2026-23:47:37] [TRT-LLM] [E] submit request failed: `default_max_tokens` (0) should be greater than 0, `default_max_tokens` (0) = max_seq_len (8192)",
        "ValueError: The input (8503 tokens) is longer than the model's context length (8192 tokens).",
        "ValueError: `max_tokens` must be set when `default_max_tokens` is illegal",
    ),
    near_misses=("default_max_tokens: 32",),
)
