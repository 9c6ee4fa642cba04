# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""GPUs of a worker's own nodes that none of its ranks uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _placement, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN404",
    "idle-gpus",
    level="warning",
    since="0.1",
    strikes="silent",
    source="135 of 852 public worker configurations leave GPUs unused, so it is legal; guide 000 "
    "speaks of 8 nodes of 8 H100 for TP16",
    bad="""
    roles: {agg: {nodes_per_worker: 8}}
    engine_configs: {agg: {tensor_parallel_size: 16, enable_attention_dp: true}}
    hardware: {gpu: H100-SXM, gpus_per_node: 8}
    """,
    good="""
    roles: {agg: {nodes_per_worker: 2}}
    engine_configs: {agg: {tensor_parallel_size: 16, enable_attention_dp: true}}
    hardware: {gpu: H100-SXM, gpus_per_node: 8}
    """,
)
def idle_gpus(case: Case) -> Iterator[Flag]:
    """A worker that has whole nodes to itself and does not use all their GPUs.

    Why: the GPUs are paid for and idle. A launcher that starts one task on every GPU, as the
    guides' scripts do, builds a world larger than the engine's and hangs.

    Remedy: use fewer nodes for each worker, or a larger tp; where it is meant, allow idle-gpus.
    """
    per_node = case.topology.hardware.gpus_per_node
    for name, role in case.roles:
        world, nodes = role.parallel.world_size, role.nodes_per_worker
        if not _placement.fits(role, per_node) or not (nodes > 1 or role.own_nodes):
            continue
        if idle := nodes * per_node - world:
            fewest = _placement.node_counts_that_fit(world, per_node)[0]
            yield Flag(
                ("roles", name, "nodes_per_worker"),
                f"a {name} worker has {world} ranks on {nodes} node(s) x {per_node} GPUs = "
                f"{nodes * per_node}: {idle} are idle",
                f"nodes_per_worker: {fewest}"
                if fewest < nodes
                else f"tp x pp x cp = {nodes * per_node}",
            )
