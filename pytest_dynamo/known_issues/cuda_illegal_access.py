# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A kernel on the GPU has gone wrong.

Why: It read or wrote outside of its memory, or an assertion in it failed.

Remedy: Report it with the engine config; try without CUDA graphs, or an earlier release.

Source: PyTorch, `c10/cuda/CUDAException.cpp`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI512",
    "cuda-illegal-access",
    role="root",
    fault="product",
    engine="cuda",
    texts=(
        "an illegal memory access was encountered",
        "device-side assert triggered",
        "unspecified launch failure",
        "misaligned address",
        "an illegal instruction was encountered",
    ),
    samples=(
        " 3: RuntimeError: CUDA error: an illegal memory access was encountered",
        "RuntimeError: CUDA error: device-side assert triggered",
        "[TensorRT-LLM][ERROR] CUDA runtime error in cudaEventSynchronize: unspecified launch failure",
        "RuntimeError: CUDA error: misaligned address",
        " 2: torch.AcceleratorError: CUDA error: an illegal instruction was encountered",
    ),
    near_misses=("CUDA_LAUNCH_BLOCKING=1",),
)
