# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Tensor parallelism against the attention heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _placement, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN101",
    "heads-not-divisible",
    level="error",
    since="0.1",
    strikes="load",
    text="AssertionError (assert self.num_heads % tp_size == 0)",
    source="the attention and MLA modules of TensorRT-LLM, verify_with_parallel_config of vLLM; "
    "guide 000, known issues: 40 heads with TP16; waived with attention data "
    "parallelism: TP36 and TP48 are published",
    bad="""
    model:
      path: meta-llama/Llama-4-Maverick-17B-128E-Instruct
      served_name: meta-llama/Llama-4-Maverick-17B-128E-Instruct
    hardware: {gpu: GB200, gpus_per_node: 4}
    roles: {agg: {nodes_per_worker: 4}}
    engine_configs: {agg: {tensor_parallel_size: 16, moe_expert_parallel_size: 16}}
    """,
    good="""
    model:
      path: meta-llama/Llama-4-Maverick-17B-128E-Instruct
      served_name: meta-llama/Llama-4-Maverick-17B-128E-Instruct
    hardware: {gpu: GB200, gpus_per_node: 4}
    roles: {agg: {nodes_per_worker: 2}}
    engine_configs: {agg: {tensor_parallel_size: 8, moe_expert_parallel_size: 8}}
    """,
)
def heads_not_divisible(case: Case) -> Iterator[Flag]:
    """Tensor parallelism that does not divide the attention heads.

    Why: every rank asserts it while it builds the model, minutes after the job began, and the
    assertion does not say which number is wrong. With attention data parallelism each rank holds
    all heads, so the rule is waived.

    Remedy: choose a divisor that suits the KV heads too, or enable_attention_dp.
    """
    shape = case.model
    if shape is None or shape.attention_heads is None:
        return
    for worker in case.workers:
        heads, tp = shape.attention_heads, worker.attention_tp
        if heads % tp == 0:
            continue
        legal = _placement.legal_tp(shape)
        nearest = min(legal, key=lambda size: (abs(size - tp), size))
        yield Flag(
            worker.where(worker.tp_key),
            f"{heads} attention heads do not split over {worker.tp_key[0]}={tp} ({worker.name}; "
            f"{shape.name}, by {shape.source})",
            f"{worker.tp_key[0]}: {nearest}; legal here: {', '.join(map(str, legal))}"
            + (" - or enable_attention_dp: true" if worker.pytorch else ""),
        )
