# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What Slurm's answers about a job and its nodes mean for a run that lives in it.

Theory of operation. Answers come in one by one, some of them only as the news that there was none.
``fatal`` is why the run cannot go on: the job is over, being ended or suspended, a node is down, or
so little of its time is left that ending well takes all of it. ``news`` is what a person should
know although the run goes on, each once: a controller that is away, a node that was taken out of
service or does not answer Slurm, a job that is here for the second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.watch.leftovers import Trouble

if TYPE_CHECKING:
    from pytest_dynamo.watch.slurm_state import Job, Node

_SUSPENDED = "SUSPENDED"


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer of Slurm's controller, or why there was none."""

    job: Job | None = None
    nodes: tuple[Node, ...] = ()
    problem: str | None = None


class Health:
    """Follows one job; ``reserve_s`` is what ending well takes of its time."""

    def __init__(self, job: str, reserve_s: float = 0) -> None:
        self._id = job
        self.reserve_s = reserve_s
        self._job: Job | None = None
        self._ends: float | None = None
        self._down: Node | None = None
        self._told: dict[str, str] = {}
        self._news: list[Trouble] = []

    def receive(self, seen: Seen, now: float) -> None:
        """Take one answer; ``now`` is of any clock that never goes back."""
        if seen.problem is not None:
            remedy = "the run goes on; check that slurmctld runs: scontrol ping"
            self._tell("controller", "Slurm's controller", seen.problem, remedy)
        elif self._told.pop("controller", None):
            self._news.append(Trouble("well", "Slurm's controller", "answers again", ""))
        if seen.job:
            self._take_job(seen.job, now)
        for node in seen.nodes:
            self._take_node(node)

    def _take_job(self, job: Job, now: float) -> None:
        self._job = job
        self._ends = None if job.left_s is None else now + job.left_s
        if job.restarts:
            what = f"has been put back into the queue {job.restarts} time(s) before"
            self._tell("job", f"job {self._id}", what, "read its earlier runs: sacct --duplicates")

    def _take_node(self, node: Node) -> None:
        if node.down:
            self._down = node
        elif node.out or node.drained:
            remedy = f"look at it: scontrol show node {node.name}"
            self._tell(node.name, node.name, str(node).partition(" ")[2], remedy)
        else:
            self._told.pop(node.name, None)

    def _tell(self, key: str, where: str, what: str, remedy: str) -> None:
        if self._told.get(key) is None:
            self._told[key] = what
            self._news.append(Trouble("slurm", where, what, remedy))

    def news(self) -> list[Trouble]:
        """Return what is new since the last call."""
        news, self._news = self._news, []
        return news

    @property
    def suspended(self) -> bool:
        """Whether everything in the job is stopped, until somebody lets it go on."""
        return self._job is not None and self._job.state == _SUSPENDED

    def fatal(self, now: float) -> Trouble | None:
        """Return why the run cannot go on, None while it can."""
        where = f"job {self._id}"
        if self._job and self._job.over:
            what = f"is {self._job.state} ({self._job.reason}), and all its steps with it"
            return Trouble("job", where, what, self._job.remedy)
        if self.suspended:
            remedy = f"run again; whoever suspended it lets it go on: scontrol resume {self._id}"
            what = "is SUSPENDED: its ranks are stopped, and what they are asked times out"
            return Trouble("job", where, what, remedy)
        if self._down:
            name = self._down.name
            remedy = f"leave it out (--exclude={name}); look at it: scontrol show node {name}"
            return Trouble("node", name, str(self._down).partition(" ")[2], remedy)
        if self._ends is not None and self._ends - now < self.reserve_s:
            what = (
                f"has {max(0.0, self._ends - now):.0f} s left of its time, "
                f"and ending well takes up to {self.reserve_s:.0f} s"
            )
            return Trouble("time limit", where, what, "allocate for longer (salloc --time)")
        return None
