# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A kernel of the engine has no way to compute what it is asked for.

Why: The engine chose a kernel for a shape, a type or a GPU that it was not written for.

Remedy: Choose another backend for what the message names (moe_config.backend, the attention or GEMM
backend), and report the shape.

Source: TensorRT-LLM, `kernels/trtllmGenKernels` and `kernels/cutlass_kernels`; DeepGEMM,
`csrc/jit_kernels`; FlashInfer
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI552",
    "kernel-refuses-problem",
    role="symptom",
    fault="product",
    engine="cuda",
    texts=(
        "running GEMM",
        "actic not supported",
        "No valid tactic",
        "no valid cutlass",
        "Assertion error ",
        "ailed to run cutlass",
        "ailed to initialize cutlass",
        "Error in function '",
        "No kernel found for",
        "No valid config found for the given",
        "insufficient for the given problem size",
        "cutlass cannot implement",
        "kernels not found: ",
        "cutlass_gemm_caller, ",
        "RuntimeError: Error Internal",
        "CUDA error: invalid configuration argument",
        "No compiled cutlass_",
        "CUBLAS_STATUS_NOT_SUPPORTED",
        "This kernel only supports sm",
        "with compute capability ",
        "FMHA kernels are not found",
        "DeepGEMM only supports Hopper",
        "expects arch to be one of [",
    ),
    pattern=r"^(?!.*(?:num_experts % num_ranks)).*(?:No kernel found for|No valid config found for the given|insufficient for the given problem size|CUDA error: invalid configuration argument|Error occurred when running GEMM|actic not supported|No valid tactic|no valid cutlass|Assertion error (?:\(|\S+:\d+ )(?!.*(?:compiler\.hpp|NVCC|internode::init|<= num_max_dispatch_tokens_per_rank))|ailed to (?:run|initialize) cutlass|Error in function '\w+' at \S+: (?!.*(?:[Ss]upported|out of memory|AlignedAllocator))|cutlass cannot implement|(?:gen|fmha) kernels not found: |cutlass_gemm_caller, \S+:\d+|RuntimeError: Error Internal\s*$|No compiled cutlass_|CUBLAS_STATUS_NOT_SUPPORTED when calling)|This kernel only supports sm|does not support backend '\w+' with compute capability|FMHA kernels are not found|DeepGEMM only supports Hopper|expects arch to be one of \[",
    samples=(
        "ValueError: The buffer size in the given workspace is insufficient for the given problem size. Buffer: 8388608 bytes, Required: 33554432 bytes.",
        "torch.AcceleratorError: CUDA error: invalid configuration argument",
        " 0: [TensorRT-LLM][ERROR] Assertion failed: Error occurred when running GEMM! (/src/tensorrt_llm/kernels/trtllmGenKernels/batchedGemm/KernelRunner.cpp:180)",
        "RuntimeError: [TensorRT-LLM][ERROR] Assertion failed: Tactic not supported",
        "[TensorRT-LLM][ERROR] Assertion failed: Trtllm-gen kernels not found: qkvLayout=2, maskType=2, kernelType=2",
        "RuntimeError: cutlass_gemm_caller, /workspace/csrc/quantization/w8a8/cutlass/c3x/cutlass_gemm_caller.cuh:61, Error Internal",
        "ValueError: No valid tactic found for fp8_gemm",
        "RuntimeError: no valid cutlass config for gemm 3",
        "RuntimeError: Assertion error (csrc/jit_kernels/impls/../../jit/handle.hpp:88): sf.size(-2) == ceil_div(m, 128)",
        "RuntimeError: [TensorRT-LLM][ERROR] Failed to run cutlass FP8 gemm on sm90",
        "RuntimeError: Failed to initialize cutlass TMA WS grouped gemm. Error: Error Internal",
        "RuntimeError: Error in function 'PrefillSplitQOKVIndptr' at /w/flashinfer/attention/scheduler.cuh:565: qo_indptr[1]2 - qo_indptr[2]1 should be non-negative",
        "RuntimeError: cutlass cannot implement, problem size: m=17 n=4352 k=7168",
        "RuntimeError: No kernel found for the given options: mDtypeA: E2m1, mDtypeB: E2m1",
        "RuntimeError: Error Internal",
        "[TensorRT-LLM][ERROR] Assertion failed: No valid config found for the given problem shape (/src/trtllmGenKernels/batchedGemm/KernelRunner.cpp:712)",
        "NotImplementedError: No compiled cutlass_scaled_mm for a compute capability less than CUDA device capability: 121",
        "6: RuntimeError: CUDA error: CUBLAS_STATUS_NOT_SUPPORTED when calling `cublasGemmEx( handle, opa, opb, m, n, k, &falpha, a, CUDA_R_16BF, lda)`",
        "This kernel only supports sm100f.",
        "BackendSupportedError: mm_fp4 does not support backend 'trtllm' with compute capability 120",
        "RuntimeError: [TensorRT-LLM][ERROR] Assertion failed: FMHA kernels are not found (kernel meta info: 0 72 0 0 0 1 1 0 0) !",
        "flashinfer_fp8_stride_batch_gemm failed: DeepGEMM only supports Hopper (SM90) architectures, but current device compute capability is 120.",
        "(EngineCore pid=87) cutlass.cute.nvgpu.common.OpError: OpError: expects arch to be one of ['sm_120a'], but got Arch.sm_121a",
    ),
    near_misses=(
        "RuntimeError: Assertion error (csrc/apis/../jit/compiler.hpp:104): NVCC compilation failed",
        "running GEMM profiler for 3 shapes",
        "RuntimeError: Error in function 'Plan' at /w/x.cuh:5: Unsupported head_dim 80",
        "RuntimeError: Error Internal server",
        "RuntimeError: Failed: Assertion error /workspace/DeepEP/csrc/deep_ep.cpp:1096 'num_experts % num_ranks == 0'",
    ),
)
