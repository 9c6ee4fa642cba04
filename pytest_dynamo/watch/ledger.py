# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How far the ranks of a worker have come, and which of them the others wait for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_dynamo.launch.plan import Worker

#: A run of so many numbers is shown as a range.
_SHORTEST_RANGE = 3


@dataclass(slots=True)
class RankState:
    """How far one rank has come; ``heard`` is when it last said anything, ``line`` where.

    ``hello`` is the line in which it said who it is.
    """

    heard: float
    joined: bool = False
    leader: bool = False
    loaded: bool = False
    load_seconds: float | None = None
    stage: str = "not started"
    line: int | None = None
    hello: int | None = None


@dataclass(frozen=True, slots=True)
class Lag:
    """The ranks of one worker that keep a phase waiting; ``stage`` is that of the ``quietest``.

    ``behind_s`` is how long ago the last of the others took the step.
    """

    worker: str
    done: int
    world_size: int
    step: str
    ranks: tuple[int, ...]
    nodes: tuple[str, ...]
    stage: str
    silent_s: float
    quietest: int
    alike: bool = True
    behind_s: float | None = None

    def __str__(self) -> str:
        """Return ``decode0: 13/16 loaded; missing 5-7 on node2, last seen at weight load``."""
        who = "" if self.alike else f"rank {self.quietest} "
        return (
            f"{self.worker}: {self.done}/{self.world_size} {self.step}; missing "
            f"{ranges(self.ranks)} on {', '.join(self.nodes)}, {who}last seen at {self.stage}"
        )


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What ranks say of themselves that the plan does not allow."""

    what: str
    ranks: tuple[int, ...]


class Ledger:
    """What each rank of one worker has done; it counts as it goes, so that asking is cheap."""

    def __init__(self, worker: Worker, ranks: Iterable[int], now: float) -> None:
        self.worker = worker
        self.ranks = {rank: RankState(heard=now) for rank in sorted(ranks)}
        self.joined = 0
        self.loaded = 0
        self.leaders: set[int] = set()
        self._last: dict[str, float] = {}

    @property
    def all_joined(self) -> bool:
        """Whether every rank has said who it is."""
        return self.joined == len(self.ranks)

    @property
    def all_loaded(self) -> bool:
        """Whether every rank has loaded its weights."""
        return self.loaded == len(self.ranks)

    def join(
        self, heard_from: int, *, said: int, world: int, leader: bool | None
    ) -> Contradiction | None:
        """Note that a rank has joined the world; return what contradicts the plan.

        ``leader`` is None where the engine has no word for it.
        """
        name = self.worker.name
        here = (heard_from,)
        if world != self.worker.world_size:
            what = f"rank {heard_from} of {name} joined a world of {world}; the topology makes it "
            return Contradiction(f"{what}{self.worker.world_size}", here)
        if heard_from not in self.ranks:
            what = f"{name} has a rank {heard_from}; the plan has {ranges(self.ranks)}"
            return Contradiction(what, here)
        if said != heard_from:
            return Contradiction(f"rank {heard_from} of {name} says it is rank {said}", here)
        rank = self.ranks[heard_from]
        self.joined += not rank.joined
        self._last["joined"] = rank.heard
        rank.joined, rank.leader, rank.hello = True, bool(leader), rank.line
        (self.leaders.add if leader else self.leaders.discard)(heard_from)
        if len(self.leaders) > 1:
            leaders = tuple(sorted(self.leaders))
            what = f"ranks {ranges(leaders)} of {name} all say that they lead it"
            return Contradiction(what, leaders)
        if leader is not None and not self.leaders and self.all_joined:
            what = f"none of the {len(self.ranks)} rank(s) of {name} says that it leads"
            return Contradiction(what, tuple(self.ranks))
        return None

    def load(self, number: int, seconds: float | None) -> None:
        """Note that a rank has loaded its weights."""
        rank = self.ranks[number]
        self.loaded += not rank.loaded
        self._last["loaded"] = rank.heard
        rank.loaded, rank.load_seconds = True, seconds

    def lag(self, step: Literal["joined", "loaded"], now: float) -> Lag | None:
        """Return who has not taken that step, None when all have.

        Who has loaded has joined, though its log may not tell.
        """
        missing = {
            number: rank
            for number, rank in self.ranks.items()
            if not (rank.loaded or getattr(rank, step))
        }
        if not missing:
            return None
        quietest = min(missing, key=lambda number: missing[number].heard)
        return Lag(
            worker=self.worker.name,
            done=len(self.ranks) - len(missing),
            world_size=len(self.ranks),
            step=step,
            ranks=tuple(missing),
            nodes=self.nodes(missing),
            stage=missing[quietest].stage,
            silent_s=now - missing[quietest].heard,
            quietest=quietest,
            behind_s=now - self._last[step] if step in self._last else None,
            alike=len({rank.stage for rank in missing.values()}) == 1,
        )

    def nodes(self, ranks: Iterable[int]) -> tuple[str, ...]:
        """Return the nodes of those of the ranks that are planned."""
        known = (rank for rank in ranks if rank in self.ranks)
        return tuple(dict.fromkeys(self.worker.node_of(rank) for rank in known))


def ranges(numbers: Iterable[int]) -> str:
    """Return ``0-3, 7`` for 0, 1, 2, 3, 7."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{run[0]}-{run[-1]}" if len(run) >= _SHORTEST_RANGE else ", ".join(map(str, run))
        for run in runs
    )
