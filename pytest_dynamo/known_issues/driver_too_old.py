# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The driver of the GPU is too old for the image.

Why: The image is built for a later CUDA.

Remedy: Update the driver of this node, leave it out, or take an image for its CUDA.

Source: CUDA, errors 35 and 222
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI705",
    "driver-too-old",
    role="root",
    fault="infrastructure",
    engine="cuda",
    texts=(
        "CUDA driver version is insufficient",
        "is insufficient for this NCCL build",
        "NVIDIA driver on your system is too old",
        "unsatisfied condition: cuda",
        "unsatisfied condition: driver",
        "installed in this system is not supported by",
        "orward compatibility was attempted on non supported HW",
        "PTX was compiled with an unsupported toolchain",
        "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
        "This container was built for NVIDIA Driver Release",
    ),
    node=True,
    samples=(
        "   [[ Forward compatibility was attempted on non supported HW (error 804) ]]",
        "nvidia-container-cli: requirement error: unsatisfied condition: driver>=560, please update your driver to a newer version",
        "NVRM: installed in this system is not supported by the NVIDIA 550.90.07 driver release.",
        " 1: RuntimeError: CUDA driver version is insufficient for CUDA runtime version",
        "NCCL WARN cudaDriverVersion 12020 is insufficient for this NCCL build (12080 needed)",
        "RuntimeError: The NVIDIA driver on your system is too old (found version 11040).",
        "nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.8, please update your driver to a newer version",
        "RuntimeError: CUDA error: forward compatibility was attempted on non supported HW",
        "CUDA error: the provided PTX was compiled with an unsupported toolchain.",
        "CUDA_ERROR_UNSUPPORTED_PTX_VERSION in cuModuleLoadData",
        "ERROR: This container was built for NVIDIA Driver Release 575.51 or later, but",
    ),
    near_misses=("CUDA driver version: 12.9",),
)
