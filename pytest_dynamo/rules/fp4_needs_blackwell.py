# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NVFP4 weights against the GPU."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN601",
    "fp4-needs-blackwell",
    level="error",
    since="0.1",
    strikes="load",
    text="Arch unsupported for CUTLASS FP4 GEMM - or FP4 Gemm not supported before Blackwell, or "
    "a segmentation fault",
    source="TensorRT-LLM #2869 and PR #12591; guide 001: on Hopper FP4 is not supported. "
    "Nemotron-H has a way round from 1.3 on (PR #14775)",
    bad="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    hardware: {gpu: H200, gpus_per_node: 8}
    engine_configs:
      agg: {tensor_parallel_size: 8, moe_expert_parallel_size: 8}
    """,
    good="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    hardware: {gpu: B200, gpus_per_node: 8}
    engine_configs:
      agg: {tensor_parallel_size: 8, moe_expert_parallel_size: 8}
    """,
)
def fp4_needs_blackwell(case: Case) -> Iterator[Flag]:
    """A checkpoint in NVFP4 on a GPU before Blackwell.

    Why: the kernels do not exist there. Nothing refuses it early: loading ends with a missing
    kernel, a NoneType error or a segmentation fault.

    Remedy: the FP8 checkpoint, deepseek-ai/DeepSeek-R1 for instance, or Blackwell GPUs.
    """
    shape, gpu = case.model, case.gpu
    if shape is None or gpu is None or shape.quantization != "NVFP4" or gpu.sm >= 100:  # noqa: PLR2004 - Blackwell
        return
    spared = shape.hybrid and case.at_least("1.3.0rc0") is not False
    if any(worker.pytorch for worker in case.workers):
        yield Flag(
            ("model", "path"),
            f"{shape.name} is quantised to NVFP4, {gpu.name} is SM{gpu.sm}; it needs SM100",
            "an FP8 checkpoint, or B200, GB200 or later",
            "warning" if spared else None,
        )
