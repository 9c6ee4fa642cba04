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
    texts=("default_max_tokens (", "default_max_tokens` ("),
    pattern=r"default_max_tokens`? \(-?\d+\) must be greater than 0",
    phase="serving",
    one_request=True,
    samples=(
        " 0: ValueError: default_max_tokens (-93) must be greater than 0",
        "ValueError: `default_max_tokens` (-93) must be greater than 0, `default_max_tokens` (-93) = max_seq_len (8192) - `splited_prompt_len` (8285) - `query_token_len` (0)",
    ),
    near_misses=("default_max_tokens: 32",),
)
