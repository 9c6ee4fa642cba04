# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Tensor parallelism does not divide the attention heads.

Why: Every rank asserts it, without a message, while it builds the model.

Remedy: Choose a tensor_parallel_size that divides the attention heads, or attention DP.

Source: TensorRT-LLM, `_torch/modules/attention.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI301",
    "heads-do-not-divide",
    role="root",
    fault="config",
    engine="trtllm",
    texts=("num_heads % tp_size",),
    phase="load",
    samples=(
        "    assert self.num_heads % tp_size == 0",
        " 5:     assert self.num_heads % tp_size == 0",
    ),
    near_misses=(
        "num_heads: 128, tp_size: 16",
        "[11/21/2026-09:19:49] [TRT-LLM] [I] num_heads=128 tp_size=16",
    ),
)
