# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Expert slots of a load balancer against expert parallelism."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN109",
    "slots-not-divisible",
    level="error",
    since="0.1",
    strikes="load",
    text="`num_slots` (290) must be divisible by `ep_size` (16)",
    source="MoeLoadBalancerConfig of TensorRT-LLM; 288 slots for EP16, EP32, EP36, EP48 and EP72 "
    "are published",
    bad="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 4}}
    engine_configs:
      agg:
        tensor_parallel_size: 16
        moe_expert_parallel_size: 16
        enable_attention_dp: true
        moe_config: {backend: WIDEEP, load_balancer: {num_slots: 290, layer_updates_per_iter: 2}}
    """,
    good="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 4}}
    engine_configs:
      agg:
        tensor_parallel_size: 16
        moe_expert_parallel_size: 16
        enable_attention_dp: true
        moe_config: {backend: WIDEEP, load_balancer: {num_slots: 288, layer_updates_per_iter: 2}}
    """,
)
def slots_not_divisible(case: Case) -> Iterator[Flag]:
    """A number of expert slots that expert parallelism does not divide.

    Why: every rank holds the same number of slots.

    Remedy: round num_slots up to a multiple of moe_expert_parallel_size.
    """
    for worker in case.pytorch:
        slots = worker.slots
        if slots is None or slots.value % worker.ep == 0:
            continue
        up = -(-slots.value // worker.ep) * worker.ep
        yield Flag(
            worker.balancer_where("num_slots"),
            f"num_slots {slots.value} does not split over moe_expert_parallel_size={worker.ep} "
            f"({worker.name})",
            f"num_slots: {up}",
        )
