# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Tensor parallelism does not divide the attention heads.

Why: vLLM refuses it while it reads the model's configuration.

Remedy: Choose a tensor-parallel-size that divides the attention heads.

Source: vLLM, `config/model.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI331",
    "vllm-heads-do-not-divide",
    role="root",
    fault="config",
    engine="vllm",
    texts=("must be divisible by tensor parallel size",),
    phase="load",
    samples=(
        " 0: ValueError: Total number of attention heads (40) must be divisible by tensor parallel size (16).",
        "  Value error, Total number of attention heads (40) must be divisible by tensor parallel size (16). [type=value_error, input_value=ArgsKwargs(()), input_type=ArgsKwargs]",
    ),
    near_misses=("tensor parallel size 8",),
)
