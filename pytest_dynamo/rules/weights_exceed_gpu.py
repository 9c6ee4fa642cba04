# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Weights against the GPU."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _memory, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN209",
    "weights-exceed-gpu",
    level="error",
    since="0.1",
    strikes="load",
    text="CUDA out of memory - after minutes of loading",
    source="arithmetic on the checkpoint and the split, checked on 660 public DeepSeek-R1 "
    "workers: weights + 4 GB exceed the GPU in none",
    bad="""
    model: {path: deepseek-ai/DeepSeek-R1, served_name: r1}
    hardware: {gpu: H100, gpus_per_node: 8}
    engine_configs:
      agg: {tensor_parallel_size: 8, moe_expert_parallel_size: 8, enable_attention_dp: true}
    """,
    good="""
    model: {path: deepseek-ai/DeepSeek-R1, served_name: r1}
    hardware: {gpu: H200, gpus_per_node: 8}
    engine_configs:
      agg: {tensor_parallel_size: 8, moe_expert_parallel_size: 8, enable_attention_dp: true}
    """,
)
def weights_exceed_gpu(case: Case) -> Iterator[Flag]:
    """Weights of a rank that do not fit its GPU.

    Why: experts are divided by expert and tensor parallelism, everything else by tp - or by nothing
    with attention data parallelism, which repeats it on every rank. 4 GB are what the engine needs
    besides.

    Remedy: more ranks for each worker, a smaller quantisation, or a larger GPU.
    """
    for worker in case.pytorch:
        memory = _memory.of(case, worker)
        if memory is None or memory.weights + _memory.RESERVE_BYTES <= memory.total:
            continue
        shape = case.model
        name = "" if shape is None else f" of {shape.name}"
        yield Flag(
            worker.where(("tensor_parallel_size",)),
            f"weights{name} take {memory.weights / 1e9:.1f} GB of each rank, with 4 GB besides "
            f"more than the {memory.total / 1e9:.1f} GB of {case.topology.hardware.gpu} "
            f"({worker.name})",
            f"about {_memory.ranks_that_fit(case, worker)} ranks to a worker",
        )
