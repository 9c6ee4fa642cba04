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
    texts=("[type=",),
    broad=True,  # vLLM's configuration says everything in this form
    pattern=r"^(?!.*(?:No module named|line \d+ column \d+ \(char \d+\)|Model architectures \[|attention heads \(|derived max_model_len|Draft model must be|max_draft_len must be|cuda_graph_config)).*\[type=(?!extra_forbidden|unexpected_keyword)\w+, input_value=",
    samples=(
        "  Value error, kv_cache_config.free_gpu_memory_fraction must be a float between 0 and 1 [type=value_error, input_value=95, input_type=int]",
        "  Input should be a valid integer, unable to parse string as an integer [type=int_parsing, input_value='lots', input_type=str]",
        "  Input should be 'auto', 'fp8' or 'nvfp4' [type=literal_error, input_value='float16', input_type=str]",
        "  Input should be greater than 0 [type=greater_than, input_value=0, input_type=int]",
        "  Field required [type=missing, input_value={'a': 1}, input_type=dict]",
    ),
    near_misses=(
        "INFO http: Value error, the request is refused",
        "  Value error, Unable to load Ray: No module named 'ray'. Ray is required for multi-node inference [type=value_error, input_value=ArgsKwargs((), {}), input_type=ArgsKwargs]",
        "  Value error, Expecting value: line 1 column 1 (char 0) [type=value_error, input_value=ArgsKwargs((), {}), input_type=ArgsKwargs]",
    ),
)
