# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The checkpoint is FP4, and the GPU has no FP4.

Why: Only Blackwell and later multiply it.

Remedy: Take an FP8 checkpoint, or nodes with Blackwell GPUs.

Source: TensorRT-LLM issue 2869 and pull request 12591
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI314",
    "fp4-unsupported",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "Arch unsupported for CUTLASS FP4 GEMM",
        "FP4 Gemm not supported before Blackwell",
        "does not support NVFP4",
        "4 is not supported for the current GPU. Minimum capability",
        "FP4 ",
        "Unsupported SM for ",
        "No compiled nvfp4 mm kernel",
        "No compiled nvfp4 quantization kernel for SM",
    ),
    pattern=r"Arch unsupported for CUTLASS FP4 GEMM|FP4 Gemm not supported before|does not support NVFP4|4 is not supported for the current GPU. Minimum|Unsupported SM for \w*FP4|Error: .*FP4 .{0,40}\b(?:only (?:supported|available|runs?|works?)|requires?)\b.{0,30}\b(?:Blackwell|[Ss][Mm]_?1\d\d|compute capability 1\d)|No compiled nvfp4 mm kernel|No compiled nvfp4 quantization kernel",
    phase="load",
    samples=(
        "[TensorRT-LLM][ERROR] Assertion failed: Unsupported SM for NVFP4 linear: got sm90, requires sm100, sm103 or sm120 (/src/thop/fp4Quantize.cpp:78)",
        " 0: RuntimeError: [TensorRT-LLM][ERROR] Arch unsupported for CUTLASS FP4 GEMM",
        "RuntimeError: FP4 Gemm not supported before Blackwell, or GEMM not compiled",
        "ValueError: The quantization method modelopt_fp4 is not supported for the current GPU. Minimum capability: 100. Current capability: 90.",
        "RuntimeError: FP4 is only supported on Blackwell",
        "RuntimeError: Current platform does not support NVFP4 quantization. Please use Blackwell and above.",
        "NotImplementedError: No compiled nvfp4 mm kernel, vLLM should be compiled using CUDA 12.8 and target compute capability 100 or above.",
        "NotImplementedError: No compiled nvfp4 quantization kernel for SM 90. Recompile with SM10x/11x FP4 support and CUDA >= 12.9.",
    ),
    near_misses=(
        "FP4 Gemm tactic 3 chosen",
        "ValueError: The quantization method fp8 is not supported for the current GPU. Minimum capability: 89. Current capability: 80.",
    ),
)
