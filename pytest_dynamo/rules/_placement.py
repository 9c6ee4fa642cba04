# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How many nodes and GPUs the workers of a topology fill, and how they may be split.

The same arithmetic as the launch plan's: a worker that fills whole nodes gets its own, smaller
ones share a node until its GPUs are used up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_dynamo.rules._model import Shape
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


def legal_tp(shape: Shape) -> list[int]:
    """Return the tensor parallelism that heads and KV heads allow, without attention DP."""
    heads, kv = shape.attention_heads or 1, shape.kv_heads or 1
    return [
        size
        for size in range(1, heads + 1)
        if heads % size == 0 and (shape.attention == "mla" or kv % size == 0 or size % kv == 0)
    ]


def nearest_divisor(number: int, wanted: int) -> int:
    """Return the divisor of a number that is nearest to what was wanted."""
    divisors = [size for size in range(1, number + 1) if number % size == 0]
    return min(divisors, key=lambda size: (abs(size - wanted), size))


def most_on_a_node(topology: Topology) -> int | None:
    """Return the most workers that share a node, None when one does not fit its nodes."""
    per_node = topology.hardware.gpus_per_node
    most, here, used = 0, 0, 0
    for role in topology.roles.values():
        if not fits(role, per_node):
            return None
        share = role.parallel.world_size // role.nodes_per_worker
        whole = role.own_nodes or role.nodes_per_worker > 1 or share == per_node
        for _ in range(role.workers):
            if whole or used + share > per_node:
                here, used = 0, 0
            here, used = here + 1, per_node if whole else used + share
            most = max(most, here)
    return most
