# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How many nodes and GPUs the workers of a topology fill.

The same arithmetic as the launch plan's: a worker that fills whole nodes gets its own, smaller
ones share a node until its GPUs are used up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_dynamo.topology.model import Role, Topology


def fits(role: Role, gpus_per_node: int) -> bool:
    """Tell whether the ranks of a worker divide evenly over its nodes and find a GPU each."""
    world, nodes = role.parallel.world_size, role.nodes_per_worker
    return world % nodes == 0 and world // nodes <= gpus_per_node


def node_counts_that_fit(world_size: int, gpus_per_node: int) -> list[int]:
    """Return the numbers of nodes that such a worker divides evenly over, the smallest first."""
    return [
        nodes
        for nodes in range(1, world_size + 1)
        if world_size % nodes == 0 and world_size // nodes <= gpus_per_node
    ]


def nodes_needed(topology: Topology) -> int | None:
    """Return how many nodes the workers fill, None when one of them does not fit its nodes."""
    per_node = topology.hardware.gpus_per_node
    node, used = 0, 0  # the node being filled, and its GPUs already given
    for role in topology.roles.values():
        if not fits(role, per_node):
            return None
        share = role.parallel.world_size // role.nodes_per_worker
        whole = role.own_nodes or role.nodes_per_worker > 1 or share == per_node
        for _ in range(role.workers):
            if used and (whole or used + share > per_node):
                node, used = node + 1, 0
            if whole:
                node += role.nodes_per_worker
            else:
                used += share
    return node + bool(used)
