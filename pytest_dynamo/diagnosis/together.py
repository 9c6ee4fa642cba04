# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Workers whose ranks one log does not tell apart: how far they came, and which can be meant.

Theory of operation. In the log of a job each ``srun`` counts its tasks from 0, so a number there
is that of a rank of several workers. What one of them does well excuses no other, so a step counts
as taken only once as many have taken it as there are. Of the workers those can be meant that have
such a rank at all, and, where each of them has told by its registration on which node it begins,
whose rank of that number lies on the node that Slurm names. Whoever remains is named; a program
is told of one only if one remains.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import Worker
    from pytest_dynamo.watch.lines import Line
    from pytest_dynamo.watch.states import Phase

#: A registration: the component, and the node of the worker's first rank.
_AT = re.compile(r"\bRegistered endpoint '[\w-]+\.(?P<component>[\w-]+)\..* on (?P<node>[^\s:]+):")
_NUMBERED = re.compile(r"(?P<stem>.*?)(?P<number>\d+)")


@dataclass
class Together:
    """What the log of several ``workers`` tells of them."""

    workers: tuple[Worker, ...]
    _took: dict[str, Counter[int | None]] = field(default_factory=dict)
    _begin: dict[str, set[str]] = field(default_factory=dict)
    #: The first line that tells that the model is listed, 0 if none does.
    listed: int = 0
    #: The last line that tells that a request went well.
    well: int = 0

    def take(self, step: str, line: Line, rank: int | None) -> None:
        """Take a line that tells of a step of a rank of one of them."""
        self._took.setdefault(step, Counter())[rank] += 1
        if match := _AT.search(line.text):
            self._begin.setdefault(match["component"], set()).add(match["node"])

    @property
    def served(self) -> bool:
        """Whether a frontend listed the model, and none of them is known to be on its way."""
        joined, loaded = (sum(self._of(step).values()) for step in ("joined", "loaded"))
        registered = sum(self._of("registered").values())
        # a step that was started anew joins twice
        size = sum(worker.world_size for worker in self.workers)
        came = loaded >= min(joined, size) or registered >= len(self.workers)
        return self.listed > 0 and came

    def lacking(self, step: str) -> dict[int, int]:
        """Return of which ranks how many have not taken a step that some have, by their number.

        It is empty where nobody tells the number of who takes it.
        """
        took = self._of(step)
        if not took or None in took:
            return {}
        sizes = [worker.world_size for worker in self.workers]
        wanted = {rank: sum(size > rank for size in sizes) for rank in range(max(sizes))}
        return {rank: count - took[rank] for rank, count in wanted.items() if count > took[rank]}

    def phase(self, rank: int | None) -> Phase:
        """Return the phase that a rank was in, which is that of the slowest of its number."""
        if self.served:
            return "serving"
        sizes = [worker.world_size for worker in self.workers]
        wanted = sum(sizes) if rank is None else sum(size > rank for size in sizes)
        joined, loaded = (
            sum(took.values()) if rank is None else took[rank]
            for took in (self._of("joined"), self._of("loaded"))
        )
        if wanted and loaded >= wanted:
            return "registration"
        return "load" if loaded or (wanted and joined >= wanted) else "launch"

    def meant(self, rank: int | None, node: str | None) -> tuple[Worker, ...]:
        """Return the workers that may be meant by a rank, on that node if it is known."""
        able = tuple(each for each in self.workers if rank is None or rank < each.world_size)
        if rank is None or node is None:
            return able
        roles = Counter(worker.component for worker in self.workers)
        if any(len(self._begin.get(name, ())) != count for name, count in roles.items()):
            return able
        near = tuple(each for each in able if self._lies(each, rank, node))
        return near or able

    def _lies(self, worker: Worker, rank: int, node: str) -> bool:
        """Return whether the rank of a worker lies on a node, by the numbers of names."""
        after = rank // max(1, len(worker.gpus[0]))
        return any(_after(first, after) == node for first in self._begin[worker.component])

    def _of(self, step: str) -> Counter[int | None]:
        return self._took.get(step, Counter())


def _after(node: str, places: int) -> str:
    """Return the name of the node so many places after another, as clusters number them."""
    if not (match := _NUMBERED.fullmatch(node)):
        return node
    number = int(match["number"]) + places
    return f"{match['stem']}{number:0{len(match['number'])}}"
