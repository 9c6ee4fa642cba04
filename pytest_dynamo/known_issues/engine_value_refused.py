# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The engine's file holds a value that this release refuses.

Why: A number is out of its range, or two keys contradict each other.

Remedy: Give the key a value that the message names.

Source: TensorRT-LLM, `llmapi/llm_args.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI323",
    "engine-value-refused",
    role="root",
    fault="config",
    engine="trtllm",
    texts=("Value error, ",),
    pattern=r"Value error, .*\[type=value_error",
    samples=(
        "  Value error, kv_cache_config.free_gpu_memory_fraction must be a float between 0 and 1 [type=value_error, input_value=95, input_type=int]",
    ),
    near_misses=("INFO http: Value error, the request is refused",),
)
