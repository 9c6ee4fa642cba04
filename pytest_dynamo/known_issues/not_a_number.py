# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A probability is infinite or no number.

Why: Weights, quantization or a kernel gave values that cannot be sampled from.

Remedy: Try another attention or MoE backend, or another quantization; report it with the engine config.

Source: PyTorch, `aten/src/ATen/native/cuda/TensorCompare.cu`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI513",
    "not-a-number",
    role="root",
    fault="product",
    engine="torch",
    texts=("probability tensor contains either",),
    phase="serving",
    samples=("RuntimeError: probability tensor contains either `inf`, `nan` or element < 0",),
    near_misses=("nan_check=True",),
)
