# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""There are more stages of the pipeline than layers.

Why: Each stage holds at least one.

Remedy: Choose a smaller pipeline_parallel_size.

Source: TensorRT-LLM, `mapping.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI319",
    "pipeline-longer-than-model",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "pp_size cannot be larger than num_hidden_layers",
        "pp size cannot be larger than num_hidden_layers",
        "layers are not enough for PP",
        "cannot be larger than number of stages",
    ),
    phase="load",
    samples=(
        " 0: ValueError: pp_size cannot be larger than num_hidden_layers, but got 64 > 61",
        "AssertionError: pp size cannot be larger than num_hidden_layers",
        "AssertionError: 28 layers are not enough for PP32",
        "RuntimeError: Pipeline group size 4 cannot be larger than number of stages 2",
    ),
    near_misses=("pp_size=4 num_hidden_layers=61",),
)
