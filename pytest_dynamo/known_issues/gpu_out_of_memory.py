# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A rank asks for more GPU memory than is free.

Why: A process of an earlier run still holds some of it, or the weights with the share for the KV
cache do not fit.

Remedy: Free the GPU memory that an earlier run still holds (nvidia-smi), or lower
free_gpu_memory_fraction.

Source: PyTorch, `c10/cuda/CUDACachingAllocator.cpp`; dynamo issues 504 and 2894
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI401",
    "gpu-out-of-memory",
    role="root",
    fault="infrastructure",
    engine="cuda",
    texts=(
        "CUDA out of memory",
        "torch.OutOfMemoryError",
        "CUDA error: out of memory",
        "cudaErrorMemoryAllocation",
        "is less than desired GPU memory utilization",
        "CUDA driver error: out of memory",
        "CUDA_ERROR_OUT_OF_MEMORY",
        "out of memory",
        "CUBLAS_STATUS_ALLOC_FAILED",
        "amount of GPU memory",
        "OutOfMemory (Requested size was",
        "Triton Error [CUDA]: out of memory",
        "nsufficient GPU memory",
        "Not enough GPU memory",
        "bytes of GPU memory",
        "cudaMalloc failed",
        "Failed to CUDA calloc",
        "nable to allocate ",
        "annot allocate ",
        "CUDA Error: out of memory",
        "unhandled cuda error: out of memory",
        "cupy.cuda.memory.OutOfMemoryError",
        "status: 2 cuMemCreate failed",
        "[[ Out of memory (error 2) ]]",
        "OOM during ",
    ),
    pattern=r"\[W\].*\bOOM during (?:\w+ )+with \d+ tokens|^(?!.*(?:pinned memory: |\bcuda(?:HostAlloc|MallocHost|HostRegister)\b)).*(?:CUDA out of memory|\[\[ Out of memory \(error 2\)|torch\.(?:cuda\.)?OutOfMemoryError|CUDA (?:driver )?[Ee]rror: out of memory|cudaErrorMemoryAllocation|Cuda Runtime \(out of memory\)|CUDA_ERROR_OUT_OF_MEMORY|CUDA runtime error in .*: out of memory|Cuda failure.*'out of memory'|is less than desired GPU memory utilization|CUBLAS_STATUS_ALLOC_FAILED|Requested amount of GPU memory .*could not be allocated|OutOfMemory \(Requested size was|Triton Error \[CUDA\]: out of memory|[Ii]nsufficient GPU memory|Not enough GPU memory|allocate \d+ bytes of GPU memory|cudaMalloc failed|Failed to CUDA calloc|(?:nable to|annot) allocate [\d.]+ ?(?:[GMK]i?B|bytes)\b.*(?:cuda:\d|GPU|on device|KV cache)|unhandled cuda error: out of memory|cupy\.cuda\.memory\.OutOfMemoryError|\bstatus: 2 cuMemCreate failed)",
    samples=(
        "[11/21/2026-09:19:49] [TRT-LLM] [W] [_torch][RANK 0] OOM during general warmup with 32784 tokens, 0 generation tokens. Skipping.",
        "   [[ Out of memory (error 2) ]]",
        "[TRT] [E] [defaultAllocator.cpp::allocate::31] Error Code 1: Cuda Runtime (out of memory)",
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 60.00 GiB. GPU 0 has a total capacity of 139.80 GiB of which 9.29 GiB is free.",
        "13: RuntimeError: CUDA out of memory. Tried to allocate 2.62 GiB",
        "RuntimeError: CUDA error: out of memory",
        " 4: [TensorRT-LLM][ERROR] CUDA runtime error in cudaMallocAsync(ptr, n, stream): out of memory",
        "RuntimeError: cudaErrorMemoryAllocation",
        "ValueError: Free memory on device (3.22/79.11 GiB) on startup is less than desired GPU memory utilization (0.9, 71.2 GiB).",
        "RuntimeError: CUDA driver error: out of memory",
        "cuMemCreate failed with CUDA_ERROR_OUT_OF_MEMORY",
        "node1:21:99 [0] NCCL WARN Cuda failure 2 'out of memory'",
        "torch.OutOfMemoryError: Allocation on device 0 would exceed allowed memory. (out of memory)",
        "[TensorRT-LLM][ERROR] CUDA runtime error in cudaMalloc(&ptr, size): out of memory",
        "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "[TRT] [E] Requested amount of GPU memory (17179869184 bytes) could not be allocated. There may not be enough free memory for allocation to succeed.",
        "[TRT] [E] Error Code 2: OutOfMemory (Requested size was 8388608 bytes.)",
        "RuntimeError: Triton Error [CUDA]: out of memory",
        "RuntimeError: Executor creation failed due to insufficient GPU memory.",
        "RuntimeError: Not enough GPU memory to load the model: 140.2 GiB needed, 79.1 GiB free",
        "[TensorRT-LLM][ERROR] Failed to allocate 12884901888 bytes of GPU memory: out of memory",
        "cudaMalloc failed: out of memory",
        "Failed to CUDA calloc 10485760 bytes",
        "RuntimeError: Unable to allocate 12.50 GiB for the KV cache on cuda:0: only 9.10 GiB free",
        "RuntimeError: Cannot allocate 3221225472 bytes on device 3",
        "CUDA Error: out of memory (/src/x.cu:12)",
        "RuntimeError: NCCL Error 1: unhandled cuda error: out of memory",
        "cupy.cuda.memory.OutOfMemoryError: Out of memory allocating 1,073,741,824 bytes",
        "/src/host/mem/mem_heap.cpp:1509: non-zero status: 2 cuMemCreate failed",
    ),
    near_misses=(
        "[TensorRT-LLM][ERROR] CUDA runtime error in ::cudaHostAlloc(ptr, n, cudaHostAllocDefault): out of memory",
        "OSError: [Errno 12] Cannot allocate memory",
        "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 12.5 GiB for an array with shape (1, 2)",
        "Peak memory during memory usage profiling (torch + non-torch): 98.1 GiB",
        "[TRT-LLM] [I] Allocated 12.3 GiB of GPU memory",
        "slurmstepd: error: Detected 1 oom_kill event in StepId=7.0",
        "[TensorRT-LLM][ERROR] CUDA runtime error in cudaMallocAsync(ptr, n, stream): an illegal memory access was encountered",
        "Out of memory: Killed process 4711 (python3)",
    ),
)
