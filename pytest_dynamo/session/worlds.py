# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Into how many ranks workers are split, by what they say themselves where nothing else tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo import engines
from pytest_dynamo.topology.model import Parallel
from pytest_dynamo.watch import log_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_dynamo.topology.model import Role, Topology
    from pytest_dynamo.watch.log_names import Source


def as_told(topology: Topology, sources: Sequence[Source]) -> tuple[Topology, list[str]]:
    """Return a topology whose assumed splits are those that its workers tell; notes on each.

    A split is assumed where the file of the engine is not at hand. Where workers of a role tell of
    worlds of several sizes, or of one that its nodes do not hold, it stays as it is.
    """
    roles, notes = dict(topology.roles), []
    for name, role in topology.roles.items():
        if name not in topology.assumed:
            continue
        mine = (source for source in sources if _role(topology, source) == name)
        worlds = set(_worlds(topology, mine))
        if len(worlds) == 1 and _holds(topology, role, world := worlds.pop()):
            if world != role.parallel.world_size:
                notes.append(f"a {name} worker has {world} rank(s), by what its log tells")
            roles[name] = role.model_copy(update={"parallel": Parallel(tp=world)})
    return topology.model_copy(update={"roles": roles}), notes


def _role(topology: Topology, source: Source) -> str | None:
    """Return the role of a log, as its name tells it, or as its first lines do."""
    told, _ = log_names.told(topology, source)
    said = told or log_names.role(topology, source)
    return said or log_names.by_initial(topology, source)


def _worlds(topology: Topology, sources: Iterable[Source]) -> Iterable[int]:
    """Yield the sizes of the worlds that ranks tell in the first lines of logs."""
    joined = [
        milestone.pattern
        for milestone in engines.get(topology.engine).milestones(topology)
        if milestone.step == "joined"
    ]
    for source in sources:
        for line in source.head.splitlines():
            for match in filter(None, (pattern.search(line) for pattern in joined)):
                yield int(match["world"])


def _holds(topology: Topology, role: Role, world: int) -> bool:
    """Return whether the nodes of a worker hold so many ranks evenly."""
    nodes = role.nodes_per_worker
    return world % nodes == 0 and 0 < world // nodes <= topology.hardware.gpus_per_node
