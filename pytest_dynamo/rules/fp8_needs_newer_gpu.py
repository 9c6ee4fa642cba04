# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""FP8 weights against the GPU."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

#: GPUs before those of the table.
_OLD = {"A100": 80, "A10": 86, "A30": 80, "A40": 86, "L4": 89, "L40": 89, "L40S": 89, "V100": 70}


@rule(
    "DYN602",
    "fp8-needs-newer-gpu",
    level="error",
    since="0.1",
    strikes="load",
    text="FP8 is not supported on this architecture",
    source="TensorRT-LLM and vLLM: per-tensor FP8 from SM89 on, block scales from SM90 on",
    bad="""
    model: {path: deepseek-ai/DeepSeek-R1, served_name: r1}
    hardware: {gpu: A100, gpus_per_node: 8}
    roles: {agg: {nodes_per_worker: 2}}
    engine_configs:
      agg: {tensor_parallel_size: 16, moe_expert_parallel_size: 16}
    """,
    good="""
    model: {path: deepseek-ai/DeepSeek-R1, served_name: r1}
    hardware: {gpu: H200, gpus_per_node: 8}
    roles: {agg: {nodes_per_worker: 2}}
    engine_configs:
      agg: {tensor_parallel_size: 16, moe_expert_parallel_size: 16}
    """,
)
def fp8_needs_newer_gpu(case: Case) -> Iterator[Flag]:
    """A checkpoint in FP8 on a GPU that has no FP8.

    Why: the kernels do not exist there, which shows while the first layer is built.

    Remedy: a 16-bit checkpoint, or Hopper GPUs and later.
    """
    shape = case.model
    sm = case.gpu.sm if case.gpu else _OLD.get(case.topology.hardware.gpu.partition("-")[0].upper())
    if shape is None or sm is None or shape.quantization not in ("FP8", "FP8_BLOCK_SCALES"):
        return
    needed = 89 if shape.quantization == "FP8" else 90
    if sm < needed:
        yield Flag(
            ("model", "path"),
            f"{shape.name} is quantised to {shape.quantization}, which needs SM{needed}; "
            f"{case.topology.hardware.gpu} is SM{sm}",
            "a 16-bit checkpoint, or H100 and later",
        )
