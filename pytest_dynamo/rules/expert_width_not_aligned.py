# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The width of an expert's slice against its quantisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN115",
    "expert-width-not-aligned",
    level="error",
    since="0.1",
    strikes="load",
    text="N must be a multiple of 128",
    source="TensorRT-LLM PR #14613 (1536 / 8 = 192 failed in NVIDIA's own test) and #2953; FP8 "
    "block scales need multiples of 128, NVFP4 of 16; a blanket 128 fires on published 4-bit "
    "workers",
    bad="""
    model: {path: deepseek-ai/DeepSeek-R1, served_name: r1}
    hardware: {gpu: B200, gpus_per_node: 8}
    roles: {agg: {nodes_per_worker: 4}}
    engine_configs: {agg: {tensor_parallel_size: 32, moe_expert_parallel_size: 1}}
    """,
    good="""
    model: {path: deepseek-ai/DeepSeek-R1, served_name: r1}
    hardware: {gpu: B200, gpus_per_node: 8}
    roles: {agg: {nodes_per_worker: 4}}
    engine_configs: {agg: {tensor_parallel_size: 32, moe_expert_parallel_size: 32}}
    """,
)
def expert_width_not_aligned(case: Case) -> Iterator[Flag]:
    """A slice of an expert whose width the quantised kernels do not take.

    Why: with moe_tp ranks to an expert each holds moe_intermediate_size / moe_tp columns; scales of
    FP8 blocks stand for 128 of them, those of NVFP4 for 16.

    Remedy: more moe_expert_parallel_size and less moe_tensor_parallel_size.
    """
    shape = case.model
    if shape is None or shape.moe_intermediate_size is None:
        return
    unit = {"FP8_BLOCK_SCALES": shape.block or 128, "NVFP4": 16}.get(shape.quantization or "")
    if unit is None:
        return
    width = shape.moe_intermediate_size
    for worker in case.pytorch:
        moe_tp, ep, _ = worker.moe
        if width % moe_tp == 0 and (width // moe_tp) % unit == 0:
            continue
        fitting = [
            size
            for size in range(1, worker.tp + 1)
            if worker.tp % size == 0
            and width % (worker.tp // size) == 0
            and width // (worker.tp // size) % unit == 0
        ]
        better = min((size for size in fitting if size >= ep), default=worker.tp)
        yield Flag(
            worker.where(("moe_expert_parallel_size",)),
            f"an expert's width {width} over moe_tensor_parallel_size {moe_tp} is "
            f"{width / moe_tp:g}, no multiple of the {unit} that {shape.quantization} needs "
            f"({worker.name})",
            f"moe_expert_parallel_size: {better}",
        )
