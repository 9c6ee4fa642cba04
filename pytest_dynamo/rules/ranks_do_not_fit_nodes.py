# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A worker's ranks against the nodes and GPUs it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _placement, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN401",
    "ranks-do-not-fit-nodes",
    level="error",
    since="0.1",
    strikes="load",
    text="Only N GPUs are available, but M are required. - or, before February 2026, a hang or a "
    "segmentation fault; later: External MPI session has N workers but the model needs "
    "world_size=M",
    source="TensorRT-LLM PR #11294; guide 001: NUM_NODES x NUM_GPUS_PER_NODE matches the "
    "parallelism",
    bad="""
    roles: {agg: {nodes_per_worker: 2}}
    engine_configs: {agg: {tensor_parallel_size: 16, enable_attention_dp: true}}
    hardware: {gpu: GB200, gpus_per_node: 4}
    """,
    good="""
    roles: {agg: {nodes_per_worker: 4}}
    engine_configs: {agg: {tensor_parallel_size: 16, enable_attention_dp: true}}
    hardware: {gpu: GB200, gpus_per_node: 4}
    """,
)
def ranks_do_not_fit_nodes(case: Case) -> Iterator[Flag]:
    """A worker whose ranks do not divide over its nodes, or outnumber their GPUs.

    Why: a worker has tp x pp x cp ranks and each needs a GPU of its own; Slurm starts the same
    number on every node. With too few, the world never completes, and old releases wait for it
    without a word.

    Remedy: give the worker nodes_per_worker so that nodes x GPUs holds its ranks, the same number
    on each; expert and attention data parallelism live inside tp and need no more GPUs.
    """
    per_node = case.topology.hardware.gpus_per_node
    for name, role in case.roles:
        if _placement.fits(role, per_node):
            continue
        parallel, world = role.parallel, role.parallel.world_size
        held = role.nodes_per_worker * per_node
        evenly = " evenly" if world <= held else ""
        fitting = _placement.node_counts_that_fit(world, per_node)
        yield Flag(
            ("roles", name, "nodes_per_worker"),
            f"a {name} worker has {world} ranks (tp {parallel.tp} x pp {parallel.pp} x cp "
            f"{parallel.cp}); {role.nodes_per_worker} node(s) x {per_node} GPUs = {held} do not "
            f"hold them{evenly}",
            f"nodes_per_worker: {fitting[0]}",
        )
