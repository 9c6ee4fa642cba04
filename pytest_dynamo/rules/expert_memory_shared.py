# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Shared memory of expert load balancers on one node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _placement, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN421",
    "expert-memory-shared",
    level="warning",
    since="0.1",
    strikes="load",
    text="FileExistsError: [Errno 17] File exists: '/moe_shared_l0_lr0_all'",
    source="TensorRT-LLM PR #7377; srt-slurm names the memory for each worker by "
    "TRTLLM_EPLB_SHM_NAME",
    bad="""
    hardware: {gpu: B200, gpus_per_node: 8}
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {workers: 2}}
    engine_configs:
      agg:
        tensor_parallel_size: 4
        moe_expert_parallel_size: 4
        enable_attention_dp: true
        moe_config: {backend: CUTLASS, load_balancer: {num_slots: 288, layer_updates_per_iter: 2}}
    """,
    good="""
    hardware: {gpu: GB200, gpus_per_node: 4}
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {workers: 2}}
    engine_configs:
      agg:
        tensor_parallel_size: 4
        moe_expert_parallel_size: 4
        enable_attention_dp: true
        moe_config: {backend: CUTLASS, load_balancer: {num_slots: 288, layer_updates_per_iter: 2}}
    """,
)
def expert_memory_shared(case: Case) -> Iterator[Flag]:
    """Two workers on a node that each keep their experts in shared memory.

    Why: online load balancing keeps all experts of a node under /dev/shm/moe_shared_*; the second
    worker finds the names taken.

    Remedy: another TRTLLM_EPLB_SHM_NAME for each worker, or own_nodes: true.
    """
    most = _placement.most_on_a_node(case.topology)
    if most is None or most <= 1:
        return
    for worker in case.pytorch:
        balancer = worker.balancer
        if balancer is not None and balancer.value.get("layer_updates_per_iter"):
            yield Flag(
                worker.balancer_where("layer_updates_per_iter"),
                f"{most} workers share a node, and online load balancing keeps shared memory by "
                f"one name ({worker.name})",
                "own_nodes: true, or a TRTLLM_EPLB_SHM_NAME for each worker",
            )
            return
