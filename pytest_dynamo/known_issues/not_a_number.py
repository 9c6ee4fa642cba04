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
    texts=(
        "probability tensor contains either",
        "binarySearchForMultinomial",
        "float values are not JSON compliant: nan",
        "probabilities contain NaN",
        "Detected errors during sampling! NaN in the",
        "Found invalid number (NaN or Inf)",
    ),
    phase="serving",
    samples=(
        "RuntimeError: probability tensor contains either `inf`, `nan` or element < 0",
        "../aten/src/ATen/native/cuda/MultinomialKernel.cu:112: binarySearchForMultinomial: block: [0,1,0], thread: [0,0,0] Assertion `cumdist[size - 1] > static_cast<scalar_t>(0)` failed.",
        "ValueError: Out of range float values are not JSON compliant: nan",
        "4: ValueError: probabilities contain NaN",
        "[2025-03-11 12:10:22 DP3 TP3] Detected errors during sampling! NaN in the logits.",
        "RuntimeError: [TensorRT-LLM][ERROR] Assertion failed: Found invalid number (NaN or Inf) in logits (/src/tensorrt_llm/cpp/tensorrt_llm/batch_manager/handleGenerationLogits.cpp:88)",
    ),
    near_misses=("nan_check=True",),
)
