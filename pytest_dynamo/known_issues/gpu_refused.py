# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A GPU takes no process, or not one more.

Why: Its compute mode is Prohibited, or Exclusive Process and another process has it - one that is
left of an earlier job, a second rank, or MPS.

Remedy: Look at nvidia-smi on that node (Compute M., Processes), end what is left there, and set the
mode back with nvidia-smi -c 0.

Source: CUDA, error 46 (cudaErrorDevicesUnavailable); nvidia-smi, compute modes
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI725",
    "gpu-refused",
    role="root",
    fault="infrastructure",
    engine="cuda",
    texts=(
        "CUDA-capable devices are busy",
        "device(s) is/are busy or unavailable",
        "cudaErrorDevicesUnavailable",
    ),
    node=True,
    broad=True,
    noticed=True,
    samples=(
        " 5: RuntimeError: CUDA error: all CUDA-capable devices are busy or unavailable",
        "CUDA error: CUDA-capable device(s) is/are busy or unavailable",
        "cudaErrorDevicesUnavailable: CUDA-capable device(s) is/are busy or unavailable",
    ),
    near_misses=("NCCL WARN Cuda failure 'out of memory'",),
)
