# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The static assignment of a load balancer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN111",
    "expert-assignment-incomplete",
    level="error",
    since="0.1",
    strikes="load",
    text="AssertionError in the load balancer, or KeyError for a layer",
    source="MoeLoadBalancerConfig of TensorRT-LLM: the assignment of a layer is as long as "
    "num_slots and names every expert",
    bad="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      agg:
        tensor_parallel_size: 4
        moe_expert_parallel_size: 4
        enable_attention_dp: true
        moe_config:
          backend: CUTLASS
          load_balancer:
            num_slots: 256
            initial_global_assignments: {3: [0, 1, 2, 3]}
    """,
    good="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      agg:
        tensor_parallel_size: 4
        moe_expert_parallel_size: 4
        enable_attention_dp: true
        moe_config:
          backend: CUTLASS
          load_balancer: {num_slots: 256}
    """,
)
def expert_assignment_incomplete(case: Case) -> Iterator[Flag]:
    """An initial assignment of experts to slots that does not fill the slots or leaves one out.

    Why: a layer's list has one expert for each slot; an expert in no slot cannot be reached, and
    the engine asserts it while loading.

    Remedy: generate the file again for this num_slots and these layers.
    """
    shape = case.model
    for worker in case.pytorch:
        balancer, slots = worker.balancer, worker.slots
        layers = None if balancer is None else balancer.value.get("initial_global_assignments")
        if not isinstance(layers, dict) or not layers:
            continue
        where = worker.balancer_where("initial_global_assignments")
        remedy = "generate the assignment again for this num_slots, or leave it out"
        for layer, assigned in layers.items():
            experts = set(assigned) if isinstance(assigned, list) else set()
            wanted = slots.value if slots else None
            if not isinstance(assigned, list) or (wanted is not None and len(assigned) != wanted):
                seen = f"{len(assigned)} slots" if isinstance(assigned, list) else "no list"
                yield Flag(where, f"layer {layer} assigns {seen}, num_slots is {wanted}", remedy)
                break
            if shape is not None and shape.experts and len(experts) < shape.experts:
                yield Flag(
                    where,
                    f"layer {layer} assigns {len(experts)} of {shape.experts} experts",
                    remedy,
                )
                break
