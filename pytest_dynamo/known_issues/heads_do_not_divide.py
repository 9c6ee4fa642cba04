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
    texts=("heads % ", "num_heads (", "total_num_heads, ", "total_num_kv_heads, "),
    pattern=r"num_\w*heads? % (?:self\.|\w+\.)*(?:attn_)?(?:tp|tensor_parallel|world)\w*|num_\w*heads? \(\d+\) must be divisible by|divide\((?:self\.)?total_num_(?:kv_)?heads, ",
    phase="load",
    samples=(
        "    assert self.num_heads % tp_size == 0",
        " 5:     assert self.num_heads % tp_size == 0",
        "    assert self.total_num_heads % tp_size == 0",
        "AssertionError: num_heads (40) must be divisible by tp_size (16)",
        "    self.num_heads = divide(self.total_num_heads, tp_size)",
        "    self.num_kv_heads = divide(self.total_num_kv_heads, self.tp_size)",
    ),
    near_misses=(
        "num_heads: 128, tp_size: 16",
        "[11/21/2026-09:19:49] [TRT-LLM] [I] num_heads=128 tp_size=16",
    ),
)
