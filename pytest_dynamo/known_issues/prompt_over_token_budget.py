# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A prompt does not fit into max_num_tokens.

Why: Without chunked prefill a prompt has to be computed in one step.

Remedy: Raise max_num_tokens on every worker that prefills, or enable chunked prefill.

Source: TensorRT-LLM, `executor`; issues 3058 and 3486
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI209",
    "prompt-over-token-budget",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "should not exceed max_num_tokens",
        "The number of context tokens (",
    ),
    phase="serving",
    one_request=True,
    samples=(
        " 0: ValueError: The sum of prompt length (9000), query length (0) should not exceed max_num_tokens (8192)",
        "AssertionError: The number of context tokens (9000) exceeds the limit value (8192)",
    ),
    near_misses=("max_num_tokens=8192",),
)
