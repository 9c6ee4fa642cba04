# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The engine's file holds a key that this release does not know.

Why: Keys were renamed and moved between releases; since 1.0 unknown ones are refused.

Remedy: Spell the engine's keys as the version in the image does; the dry run names old and new
spelling.

Source: TensorRT-LLM, `llmapi/llm_args.py`; pull request 18901
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI302",
    "engine-key-unknown",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "Extra inputs are not permitted",
        "got an unexpected keyword argument",
        "unexpected_keyword_argument",
        "Unknown field(s)",
        "Unrecognized fields",
        "LLM got invalid argument: ",
    ),
    pattern=r"Extra inputs are not permitted|(?:LLM|LlmArgs|Config)\.__init__\(\) got an unexpected keyword|type=unexpected_keyword_argument|Unknown field\(s\)|Unrecognized fields|LLM got invalid argument: ",
    phase="load",
    samples=(
        " 0:   Extra inputs are not permitted [type=extra_forbidden, input_value=True, input_type=bool]",
        "TypeError: LLM.__init__() got an unexpected keyword argument 'gather_generation_logits'",
        "TypeError: CudaGraphConfig.__init__() got an unexpected keyword argument 'sizes'",
        "  Unexpected keyword argument [type=unexpected_keyword_argument, input_value=1, input_type=int]",
        "ValueError: Unknown field(s) in TrtLlmArgs: enable_overlap",
        "ValueError: Unrecognized fields in the engine's configuration: foo",
        "ValueError: _TrtLLM got invalid argument: enable_iter_perf_stats",
        "ValueError: LLM got invalid argument: pytorch_backend_config",
    ),
    near_misses=(
        "pydantic_core._pydantic_core.ValidationError: 1 validation error for ChatRequest",
        "TensorRT-LLM engine args: TorchLlmArgs(model='/models/r1')",
        "TypeError: run() got an unexpected keyword argument 'x'",
        "TypeError: Qwen3Attention.__init__() got an unexpected keyword argument 'prefix'",
    ),
)
