# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Expert parallelism against the number of experts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN103",
    "experts-not-divisible",
    level="error",
    since="0.1",
    strikes="load",
    text="does not support non-divisible EP: num_experts (256) must be divisible by ep_size (12) "
    "- in older releases a shape error",
    source="TensorRT-LLM #5292 and its mixture-of-experts modules; with expert slots (EPLB) the "
    "slots must divide instead: EP48 with 288 slots is published",
    bad="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 3}}
    engine_configs:
      agg: {tensor_parallel_size: 12, moe_expert_parallel_size: 12, enable_attention_dp: true}
    """,
    good="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 3}}
    engine_configs:
      agg:
        tensor_parallel_size: 12
        moe_expert_parallel_size: 12
        enable_attention_dp: true
        moe_config: {backend: WIDEEP, load_balancer: {num_slots: 288, layer_updates_per_iter: 1}}
    """,
)
def experts_not_divisible(case: Case) -> Iterator[Flag]:
    """Expert parallelism that does not divide the experts, without expert slots.

    Why: each rank holds experts / ep whole experts. Older releases round down and fail with shapes
    that do not match; newer ones refuse.

    Remedy: choose an ep that divides the experts, or a load balancer with slots that it divides.
    """
    shape = case.model
    if shape is None or not shape.experts:
        return
    for worker in case.workers:
        if shape.experts % worker.ep == 0 or worker.given("load_balancer") is not None:
            continue
        legal = [size for size in range(1, shape.experts + 1) if shape.experts % size == 0]
        nearest = min(legal, key=lambda size: (abs(size - worker.ep), size))
        slots = -(-shape.experts // worker.ep) * worker.ep
        yield Flag(
            worker.where(("moe_expert_parallel_size",)),
            f"{shape.experts} experts do not split over moe_expert_parallel_size={worker.ep} "
            f"({worker.name}; {shape.name}, by {shape.source})",
            f"moe_expert_parallel_size: {nearest}, or a load balancer with num_slots: {slots}",
        )
