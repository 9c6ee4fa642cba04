# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Tensor parallelism against the heads of the KV cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _placement, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN102",
    "kv-heads-not-divisible",
    level="error",
    since="0.1",
    strikes="load",
    text="AssertionError in weight loading, without words",
    source="weight loading of TensorRT-LLM, QKVParallelLinear of vLLM: with fewer KV "
    "heads than ranks each head is repeated, which needs tp % heads == 0; otherwise heads % tp == "
    "0; waived for MLA and with attention data parallelism",
    bad="""
    model:
      path: meta-llama/Llama-4-Maverick-17B-128E-Instruct
      served_name: meta-llama/Llama-4-Maverick-17B-128E-Instruct
    hardware: {gpu: GB200, gpus_per_node: 4}
    roles: {agg: {nodes_per_worker: 5}}
    engine_configs: {agg: {tensor_parallel_size: 20, moe_expert_parallel_size: 4}}
    """,
    good="""
    model:
      path: meta-llama/Llama-4-Maverick-17B-128E-Instruct
      served_name: meta-llama/Llama-4-Maverick-17B-128E-Instruct
    hardware: {gpu: GB200, gpus_per_node: 4}
    roles: {agg: {nodes_per_worker: 2}}
    engine_configs: {agg: {tensor_parallel_size: 8, moe_expert_parallel_size: 4}}
    """,
)
def kv_heads_not_divisible(case: Case) -> Iterator[Flag]:
    """Tensor parallelism that neither divides the KV heads nor is a multiple of them.

    Why: KV heads are split over the ranks, or repeated when there are fewer of them; 5, 10 and 20
    divide Maverick's 40 heads and pass the first assertion, and fail this one.

    Remedy: choose a tp that divides the KV heads, or a multiple of them that divides the heads.
    """
    shape = case.model
    if shape is None or shape.kv_heads is None or shape.attention != "gqa":
        return
    for worker in case.workers:
        heads, tp = shape.kv_heads, worker.attention_tp
        if heads % tp == 0 or tp % heads == 0 or (shape.attention_heads or 0) % tp:
            continue  # heads-not-divisible tells of the last
        legal = _placement.legal_tp(shape)
        nearest = min(legal, key=lambda size: (abs(size - tp), size))
        yield Flag(
            worker.where(worker.tp_key),
            f"{heads} KV heads neither split over {worker.tp_key[0]}={tp} nor repeat evenly "
            f"({worker.name}; {shape.name}, by {shape.source})",
            f"{worker.tp_key[0]}: {nearest}; legal here: {', '.join(map(str, legal))}"
            + (" - or enable_attention_dp: true" if worker.pytorch else ""),
        )
