# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A node shows no GPU.

Why: The step did not ask for any, the container does not pass them on, or the driver is not loaded.

Remedy: Ask for the GPUs (--gres), check nvidia-smi on that node inside the container.

Source: Dynamo issues; CUDA, error 100
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI706",
    "no-gpu",
    role="root",
    fault="infrastructure",
    engine="cuda",
    texts=(
        "No GPU devices found on the node",
        "no CUDA-capable device is detected",
        "No CUDA GPUs are available",
        "Failed to initialize NVML",
        "Found no NVIDIA driver on your system",
        "CUDA-capable devices are busy",
        "device(s) is/are busy or unavailable",
        "nvml error: driver not loaded",
        "could not select device driver",
        "CUDA unknown error - this may be due to",
        "NVML Shared Library Not Found",
        "couldn't communicate with the NVIDIA driver",
        "libcuda.so.1: cannot open",
        "libnvidia-ml.so.1: cannot open",
        "Failed to infer device type",
        "CUDA_ERROR_NO_DEVICE",
        "unknown or invalid runtime name: nvidia",
        "unresolvable CDI devices",
        "Driver Not Loaded",
        "No devices were found",
        "not compiled with CUDA enabled",
        "CUDA is not available",
        "device < num_gpus INTERNAL ASSERT",
        "cudaErrorInitializationError",
        "no GPUs found!",
        "RmInitAdapter failed",
        "CUDA driver initialization failed",
        "nvidia-container-cli: initialization error: driver ",
        "nvidia-container-cli: detection error: nvml error: ",
        "Cannot access accelerator device when none is available",
    ),
    pattern=r"^(?!.*[Dd]river/library version mismatch)",
    node=True,
    samples=(
        "nvidia-container-cli: initialization error: driver rpc error: timed out: unknown",
        "nvidia-container-cli: initialization error: driver error: failed to process request",
        "nvidia-container-cli: detection error: nvml error: unknown error",
        "Failed to initialize NVML: Driver Not Loaded",
        "No GPU devices found on the node",
        " 4: RuntimeError: CUDA error: no CUDA-capable device is detected",
        "RuntimeError: No CUDA GPUs are available",
        "RuntimeError: Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU",
        "RuntimeError: CUDA error: all CUDA-capable devices are busy or unavailable",
        "CUDA error: CUDA-capable device(s) is/are busy or unavailable",
        "nvidia-container-cli: initialization error: nvml error: driver not loaded",
        'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].',
        "RuntimeError: CUDA unknown error - this may be due to an incorrectly set up environment, e.g. changing env variable CUDA_VISIBLE_DEVICES after program start.",
        "pynvml.NVMLError_LibraryNotFound: NVML Shared Library Not Found",
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
        "ImportError: libcuda.so.1: cannot open shared object file: No such file or directory",
        "nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object file: no such file or directory: unknown",
        "RuntimeError: Failed to infer device type, please set the environment variable `VLLM_LOGGING_LEVEL=DEBUG` to turn on verbose logging to help debug the issue.",
        "cuInit failed: CUDA_ERROR_NO_DEVICE",
        "docker: Error response from daemon: unknown or invalid runtime name: nvidia.",
        "failed to inject CDI devices: unresolvable CDI devices nvidia.com/gpu=all",
        "pynvml.NVMLError_DriverNotLoaded: Driver Not Loaded",
        "No devices were found",
        "AssertionError: Torch not compiled with CUDA enabled",
        "RuntimeError: CUDA is not available",
        'RuntimeError: device >= 0 && device < num_gpus INTERNAL ASSERT FAILED at "/opt/pytorch/aten/src/ATen/cuda/CUDAContext.cpp":50, please report a bug to PyTorch.',
        "cudaErrorInitializationError: initialization error",
        "[ 8123.456789] NVRM: GPU 0000:1b:00.0: RmInitAdapter failed! (0x62:0x40:2393)",
        "ValueError: ProcessGroupNCCL is only supported with GPUs, no GPUs found!",
        "RuntimeError: CUDA driver initialization failed, you might not have a CUDA gpu.",
        "RuntimeError: Cannot access accelerator device when none is available.",
    ),
    near_misses=("4 GPU devices found on the node",),
)
