# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is installed was built for other GPUs than these.

Why: A kernel is built for each kind of GPU, and PyTorch, an extension or the compiler in the image
is older than the GPU, or was built without it.

Remedy: Take an image, or wheels, that name this GPU's compute capability; those of one CUDA release
hold the GPUs known then.

Source: CUDA, error 209; Triton, `backends/nvidia/compiler.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI750",
    "gpu-not-built-for",
    role="root",
    fault="config",
    engine="cuda",
    texts=(
        "no kernel image is available",
        "is not defined for option 'gpu-name'",
        "Unsupported gpu architecture",
        "not compatible with the current PyTorch installation",
        "was not compiled due to insufficient nvcc version",
        "not yet supported in this version of the container",
        "No supported GPU(s) detected to run this container",
        "is not a recognized processor for this target",
        "plan file is generated on an incompatible device",
        "but was built for sm",
    ),
    samples=(
        " 1: RuntimeError: CUDA error: no kernel image is available for execution on the device",
        "ptxas fatal   : Value 'sm_103a' is not defined for option 'gpu-name'",
        "nvcc fatal   : Unsupported gpu architecture 'compute_103a'",
        "NVIDIA GB300 with CUDA capability sm_103 is not compatible with the current PyTorch installation.",
        "RuntimeError: vllm._flashmla_C is not available, likely was not compiled due to insufficient nvcc version or a supported arch was not in the list of target arches to compile for.",
        "WARNING: Detected NVIDIA GB10 GPU, which is not yet supported in this version of the container",
        "ERROR: No supported GPU(s) detected to run this container",
        "decode-2 | 'sm_103a' is not a recognized processor for this target (ignoring processor)",
        "[TRT] [E] IRuntime::deserializeCudaEngine: Error Code 6: API Usage Error (The engine plan file is generated on an incompatible device, expecting compute 9.0 got compute 10.0, please rebuild.)",
        "FATAL: kernel `fmha_cutlassF_f16_aligned_64x128_rf_sm80` is for sm80-sm100, but was built for sm37",
    ),
    near_misses=("CUDA capability sm_103",),
)
