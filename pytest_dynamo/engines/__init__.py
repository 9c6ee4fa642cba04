# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What each engine's config, command line and log lines mean.

One module for each engine, found because it is there. A module knows its engine's words for every
era that ``topology.versions`` names; the eras are tables, so no test and no launcher asks for one.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import re

    from pytest_dynamo.topology.model import Topology

#: What a line can say about a rank, in the order in which a healthy rank says it. ``progress``
#: may come any number of times between joined and loaded. ``registered`` is said by rank 0 alone.
Step = Literal["joined", "progress", "loaded", "registered"]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A line that says how far a rank has come.

    ``pattern`` is searched in the line without label and ANSI codes. Named groups: ``rank`` and
    ``world`` (joined), ``leader`` (joined; present in the leader's line only), ``seconds``
    (loaded), ``stage`` (progress; what a person calls it).
    """

    step: Step
    pattern: re.Pattern[str]
    label: str


class Engine(Protocol):
    """What an engine module offers."""

    name: str

    def command(self, topology: Topology, role: str) -> tuple[str, ...]:
        """Return the words that each task of a worker runs, inside the container if there is one.

        Raises:
            TopologyError: this release of Dynamo has no words for it.
        """
        ...

    def ranks_are_tasks(self, topology: Topology, role: str) -> bool:
        """Return whether each rank is started as a task, or all live in one task's processes."""
        ...

    def environment(self, topology: Topology, role: str) -> dict[str, str]:
        """Return the variables that the words need, besides the topology's own."""
        ...

    def milestones(self, topology: Topology) -> tuple[Milestone, ...]:
        """Return the lines by which the ranks of this release tell their progress."""
        ...


def names() -> list[str]:
    """Return the engines there are."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def get(name: str) -> Engine:
    """Return the engine of that name.

    Raises:
        KeyError: there is none.
    """
    if name not in names():
        raise KeyError(name)
    module: Engine = importlib.import_module(f"{__name__}.{name}").ENGINE
    return module
