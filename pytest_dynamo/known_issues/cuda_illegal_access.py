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
        "CUDA_ERROR_ILLEGAL_ADDRESS",
        "CUDA_ERROR_LAUNCH_FAILED",
        "cudaErrorIllegalAddress",
        "cudaErrorLaunchFailure",
        "NVRM: Xid",
        "srcIndex < srcSelectDimSize",
        'index out of bounds"` failed',
    ),
    pattern=r"an illegal (?:memory access|instruction) was encountered|device-side assert triggered|unspecified launch failure|misaligned address|CUDA_ERROR_(?:ILLEGAL_ADDRESS|LAUNCH_FAILED)|cudaError(?:IllegalAddress|LaunchFailure)|NVRM: Xid [^:]*\([^)]*\): (?:13|31|43|69)\b(?!.*\bname=(?!python|pt_|(?i:vllm)|ray|trt|mpi|dynamo|<))|srcIndex < srcSelectDimSize|index out of bounds.` failed",
    samples=(
        " 3: RuntimeError: CUDA error: an illegal memory access was encountered",
        "RuntimeError: CUDA error: device-side assert triggered",
        "[TensorRT-LLM][ERROR] CUDA runtime error in cudaEventSynchronize: unspecified launch failure",
        "RuntimeError: CUDA error: misaligned address",
        " 2: torch.AcceleratorError: CUDA error: an illegal instruction was encountered",
        "RuntimeError: CUDA driver error: CUDA_ERROR_ILLEGAL_ADDRESS",
        "CUDA_ERROR_LAUNCH_FAILED in cuStreamSynchronize",
        "cudaErrorIllegalAddress (700) in cudaMemcpyAsync",
        "cudaErrorLaunchFailure (719) in cudaEventQuery",
        "[ 8123.456789] NVRM: Xid (PCI:0000:1b:00): 31, pid=4711, name=python3, Ch 00000008, intr 00000000. MMU Fault: ENGINE GRAPHICS",
        "[ 8123.456789] NVRM: Xid (PCI:0000:1b:00): 43, pid=4711, name=python3, Ch 00000010",
        "../aten/src/ATen/native/cuda/Indexing.cu:1553: indexSelectLargeIndex: block: [331,0,0], thread: [64,0,0] Assertion `srcIndex < srcSelectDimSize` failed.",
        '/pytorch/aten/src/ATen/native/cuda/IndexKernel.cu:111: operator(): block: [0,0,0], thread: [64,0,0] Assertion `-sizes[i] <= index && index < sizes[i] && "index out of bounds"` failed.',
    ),
    near_misses=(
        "[ 8123.456789] NVRM: Xid (PCI:0000:1b:00): 43, pid=4711, name=train.py, Ch 00000010",
        "CUDA_LAUNCH_BLOCKING=1",
        "[ 8123.456789] NVRM: Xid (PCI:0000:1b:00): 45, pid=4711, name=python3, Ch 00000008",
    ),
)
