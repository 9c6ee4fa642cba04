# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a rule is asked about: a topology, and what is known around it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.findings import Where
from pytest_dynamo.rules import _placement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.topology.model import Role, Topology


@dataclass(frozen=True, slots=True)
class Context:
    """What the files of a topology do not say; each is None where nobody knows.

    ``allocated_nodes`` is the size of the allocation.
    """

    allocated_nodes: int | None = None


class Case:
    """One topology under check, with what several rules would otherwise work out again."""

    def __init__(self, topology: Topology, context: Context) -> None:
        self.topology = topology
        self.context = context

    def where(self, path: tuple[str | int, ...]) -> Where:
        """Return the place of a key of the topology, or what replaced its value."""
        for length in range(len(path), 0, -1):
            dotted = ".".join(str(part) for part in path[:length])
            if source := self.topology.sources.get(dotted):
                return Where(source)
        return self.topology.where(path)

    @property
    def roles(self) -> Iterator[tuple[str, Role]]:
        """Every role with its name, in the order in which they are placed."""
        yield from self.topology.roles.items()

    @functools.cached_property
    def nodes_needed(self) -> int | None:
        """How many nodes the workers fill, None when one of them does not fit its nodes."""
        return _placement.nodes_needed(self.topology)
