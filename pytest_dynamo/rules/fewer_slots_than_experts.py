# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Expert slots of a load balancer against the experts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN110",
    "fewer-slots-than-experts",
    level="error",
    since="0.1",
    strikes="load",
    text="There should be at least num_experts slots in the model engine",
    source="the mixture-of-experts modules of TensorRT-LLM; 0 or nothing means as many slots as "
    "experts",
    bad="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 4}}
    engine_configs:
      agg:
        tensor_parallel_size: 16
        moe_expert_parallel_size: 16
        enable_attention_dp: true
        moe_config: {backend: WIDEEP, load_balancer: {num_slots: 240, layer_updates_per_iter: 2}}
    """,
    good="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 4}}
    engine_configs:
      agg:
        tensor_parallel_size: 16
        moe_expert_parallel_size: 16
        enable_attention_dp: true
        moe_config: {backend: WIDEEP, load_balancer: {num_slots: 256, layer_updates_per_iter: 2}}
    """,
)
def fewer_slots_than_experts(case: Case) -> Iterator[Flag]:
    """Fewer expert slots than the model has experts.

    Why: every expert needs a slot; those beyond hold copies of busy ones.

    Remedy: give at least as many slots as experts, a multiple of moe_expert_parallel_size.
    """
    shape = case.model
    if shape is None or not shape.experts:
        return
    for worker in case.pytorch:
        slots = worker.slots
        if slots is not None and slots.value < shape.experts:
            up = -(-shape.experts // worker.ep) * worker.ep
            yield Flag(
                worker.balancer_where("num_slots"),
                f"num_slots {slots.value} for {shape.experts} experts ({worker.name}; "
                f"{shape.name}, by {shape.source})",
                f"num_slots: {up}",
            )
