# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A process that uses CUDA was forked, and its child cannot.

Why: Something touched the GPU before the workers were made.

Remedy: Set VLLM_WORKER_MULTIPROC_METHOD=spawn, and report what touched the GPU.

Source: PyTorch, `torch/cuda/__init__.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI779",
    "cuda-after-fork",
    role="root",
    fault="product",
    engine="torch",
    texts=(
        "re-initialize CUDA in forked subprocess",
        "CUDA initialized before forking",
        "CUDA error: initialization error",
    ),
    samples=(
        "RuntimeError: Cannot re-initialize CUDA in forked subprocess. To use CUDA with multiprocessing, you must use the 'spawn' start method",
        "numba.cuda.cudadrv.error.CudaDriverError: CUDA initialized before forking",
        "torch.AcceleratorError: CUDA error: initialization error",
    ),
    near_misses=(
        "We must use the `spawn` multiprocessing start method. Overriding VLLM_WORKER_MULTIPROC_METHOD to 'spawn'.",
    ),
)
