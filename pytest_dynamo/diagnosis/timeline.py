# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How far every rank of a recorded run came, and when, by its logs alone.

Theory of operation. The lines that a screen picked tell who joined and who loaded; the last words
of a rank tell where it was when it fell silent, and the times that lines bear, when. Nothing is
concluded from a line that is missing, but for one thing: a rank that had stopped speaking long
before the others did, and lacks a step that most of them have taken, kept them waiting.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING

from pytest_dynamo.watch import failures
from pytest_dynamo.watch.foreign import LAUNCHER, merged
from pytest_dynamo.watch.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_dynamo.diagnosis.stamps import Stamp
    from pytest_dynamo.engines import Milestone
    from pytest_dynamo.launch.plan import LaunchPlan, Process
    from pytest_dynamo.watch.ledger import RankState
    from pytest_dynamo.watch.lines import Line
    from pytest_dynamo.watch.states import Failed, Phase

#: Shorter than this a rank is not called silent: engines are, for so long, on their way.
STALL_S = 60.0
#: Who still loads so many seconds after most are done is slow.
SLOW_S = 300.0
#: What is kept of what a rank said of itself; more would be a fault by itself.
_SAID = 4


@dataclass(frozen=True, slots=True)
class Announced:
    """What a rank said when it joined: who it is, of how many, and whether it leads."""

    rank: int
    world_size: int
    leader: bool


@dataclass(slots=True)
class _Told:
    """What is kept of a rank besides its ledger."""

    announced: list[Announced] = field(default_factory=list)
    load_seconds: list[float] = field(default_factory=list)
    last: Stamp | None = None


@dataclass(frozen=True, slots=True)
class RankFacts:
    """One rank, by its log; ``silent_s`` is how long before the last line of all it fell silent."""

    worker: str
    rank: int
    node: str
    log: str
    announced: tuple[Announced, ...]
    load_seconds: tuple[float, ...]
    stage: str
    line: int | None
    silent_s: float | None


class Timeline:
    """Collects it; see the module for what is concluded."""

    def __init__(self, plan: LaunchPlan, milestones: Sequence[Milestone]) -> None:
        self.plan = plan
        self.milestones = tuple(milestones)
        self._processes = {process.name: process for process in plan.processes}
        spoken: dict[str, set[int]] = {worker.name: set() for worker in plan.workers}
        for process in plan.processes:
            spoken.get(process.step, set()).update(process.ranks)
        self._ledgers = {
            worker.name: Ledger(worker, spoken[worker.name], 0.0) for worker in plan.workers
        }
        self._told: defaultdict[tuple[str, int], _Told] = defaultdict(_Told)
        self._steps: dict[Phase, dict[str, Stamp]] = {"launch": {}, "load": {}}
        self._began: dict[str, Stamp] = {}
        self._latest: dict[str, Stamp] = {}
        self._leads = any("leader" in item.pattern.groupindex for item in self.milestones)
        self.contradiction: Failed | None = None

    # -- in --------------------------------------------------------------------------------------

    def saw(self, at: Stamp | None) -> None:
        """Take a time that any line bears."""
        if at is None:
            return
        began, latest = self._began.get(at.way), self._latest.get(at.way)
        self._began[at.way] = min(began, at) if began else at
        self._latest[at.way] = max(latest, at) if latest else at

    def wants(self, text: str) -> bool:
        """Return whether a line tells of a step of a rank, so that its time is worth finding."""
        return any(
            item.step in ("joined", "loaded") and item.pattern.search(text)
            for item in self.milestones
        )

    def receive(self, line: Line, at: Stamp | None) -> None:
        """Take a line that was picked, and the time at which it was written if it is known."""
        process = self._processes.get(line.process)
        ledger = self._ledgers.get(process.step) if process else None
        if process is None or ledger is None or line.rank is None or not ledger.ranks:
            return
        rank = ledger.ranks.get(line.rank)
        if rank:
            rank.line = line.number
        for milestone in self.milestones:
            if match := milestone.pattern.search(line.text):
                groups = match.groupdict()
                if milestone.step == "joined":
                    self._joined(process, ledger, line, groups)
                    self._step("launch", at)
                elif milestone.step == "loaded" and rank:
                    spent = groups.get("seconds")
                    ledger.load(line.rank, float(spent) if spent else None)
                    if len(mine := self._of(ledger, line.rank).load_seconds) < _SAID:
                        mine.append(float(spent or "nan"))
                    self._step("load", at)
                if rank:
                    rank.stage = groups.get("stage") or milestone.label
                return

    def last_words(self, lines: Iterable[tuple[Line, Stamp | None]]) -> None:
        """Take the last lines of every rank: where it was, and when, as it fell silent."""
        for line, at in lines:
            self.saw(at)
            process = self._processes.get(line.process)
            ledger = self._ledgers.get(process.step) if process else None
            rank = ledger.ranks.get(line.rank) if ledger and line.rank is not None else None
            if ledger is None or rank is None or line.rank is None:
                continue
            if rank.line is None or line.number >= rank.line:
                rank.line = line.number
                rank.stage = self._stage(line.text) or (
                    "start" if rank.stage == "not started" else rank.stage
                )
            told = self._of(ledger, line.rank)
            told.last = at or told.last

    def _joined(
        self, process: Process, ledger: Ledger, line: Line, groups: dict[str, str | None]
    ) -> None:
        heard = line.rank if line.rank is not None else 0
        announced = Announced(
            int(groups.get("rank") or heard),
            int(groups.get("world") or ledger.worker.world_size),
            bool(groups.get("leader")),
        )
        if len(said := self._of(ledger, heard).announced) < _SAID:
            said.append(announced)
        found = ledger.join(
            heard,
            said=announced.rank,
            world=announced.world_size,
            # the log of the one that leads may be the one that is missing
            leader=announced.leader if self._leads and self._whole(ledger) else None,
        )
        # a worker that stands for several has ranks of the size of each
        # and whose ranks are those that logs were found of has one more
        strange = heard not in ledger.ranks and self.plan.launcher == LAUNCHER
        if found and self.contradiction is None and not (strange or merged(ledger.worker)):
            self.contradiction = failures.contradiction(
                self.plan, ledger, found, process, line.number
            )

    @staticmethod
    def _whole(ledger: Ledger) -> bool:
        return len(ledger.ranks) == ledger.worker.world_size

    def _step(self, phase: Phase, at: Stamp | None) -> None:
        if at:
            self.saw(at)
            last = self._steps[phase].get(at.way)
            self._steps[phase][at.way] = max(last, at) if last else at

    def _of(self, ledger: Ledger, rank: int) -> _Told:
        return self._told[ledger.worker.name, rank]

    def _stage(self, text: str) -> str | None:
        for milestone in self.milestones:
            if match := milestone.pattern.search(text):
                return match.groupdict().get("stage") or milestone.label
        return None

    # -- out -------------------------------------------------------------------------------------

    def took_s(self) -> dict[Phase, float]:
        """Return how long the launch and the load took, where all took the step and times tell."""
        took: dict[Phase, float] = {}
        before = dict(self._began)
        spoken = [ledger for ledger in self._ledgers.values() if ledger.ranks]
        for phase, stamps in self._steps.items():
            joined = all(ledger.all_joined for ledger in spoken)
            if not (joined if phase == "launch" else all(each.all_loaded for each in spoken)):
                break
            if len(stamps) != 1:  # times of different ways are not compared
                break
            ((way, last),) = stamps.items()
            if way not in before:
                break
            took[phase] = round(last.seconds - before[way].seconds, 3)
            before = {way: last}
        return took

    def ranks(self) -> tuple[RankFacts, ...]:
        """Return every rank that a log was found of."""
        return tuple(
            self._facts(ledger, number, state)
            for ledger in self._ledgers.values()
            for number, state in ledger.ranks.items()
        )

    def _facts(self, ledger: Ledger, number: int, state: RankState) -> RankFacts:
        told = self._of(ledger, number)
        latest = self._latest.get(told.last.way) if told.last else None
        return RankFacts(
            worker=ledger.worker.name,
            rank=number,
            node=ledger.worker.node_of(number),
            log=self._log(ledger, number),
            announced=tuple(told.announced),
            load_seconds=tuple(told.load_seconds),
            stage=state.stage,
            line=state.line,
            silent_s=latest.seconds - told.last.seconds if told.last and latest else None,
        )

    def _log(self, ledger: Ledger, rank: int) -> str:
        mine = (item for item in self.plan.processes if item.step == ledger.worker.name)
        return next(item.log for item in mine if rank in item.ranks)

    def summary(self) -> list[str]:
        """Return a line for each worker: how far its ranks came."""
        lines = []
        for name, ledger in self._ledgers.items():
            if not ledger.ranks:
                lines.append(f"{name}: no log tells its ranks")
                continue
            count = len(ledger.ranks)
            text = f"{name}: {ledger.joined}/{count} joined, {ledger.loaded}/{count} loaded"
            lag = ledger.lag("loaded", 0.0) if ledger.loaded else ledger.lag("joined", 0.0)
            if lag and lag.done:
                silent = self._facts(ledger, lag.quietest, ledger.ranks[lag.quietest]).silent_s
                _, _, missing = str(lag).partition("; ")
                text += f"; {missing}" + (f", silent for {silent:.0f} s" if silent else "")
            lines.append(text)
        return lines

    def stall(self) -> Failed | None:
        """Return whom the others waited for when the record ends, None when it shows nobody."""
        for ledger in self._ledgers.values():
            for phase, step in (("load", "loaded"), ("launch", "joined")):
                lag = ledger.lag("loaded" if step == "loaded" else "joined", 0.0)
                if lag is None or lag.done <= len(lag.ranks):
                    continue
                facts = [self._facts(ledger, rank, ledger.ranks[rank]) for rank in lag.ranks]
                silent = [item.silent_s for item in facts]
                if any(each is None or each < STALL_S for each in silent):
                    continue
                worst = max(facts, key=lambda item: item.silent_s or 0.0)
                lag = replace(
                    lag,
                    quietest=worst.rank,
                    stage=worst.stage,
                    silent_s=worst.silent_s or 0.0,
                )
                over = "the record ends while the others wait"
                failed = failures.lag(self.plan, ledger, lag, over)
                return replace(failed, phase="load" if phase == "load" else "launch")
        return None

    def slow(self) -> Failed | None:
        """Return the ranks that still load when the record ends, long after most have loaded."""
        for ledger in self._ledgers.values():
            lag = ledger.lag("loaded", 0.0)
            if lag is None or lag.done <= len(lag.ranks):
                continue
            others = ledger.ranks.keys() - {*lag.ranks}
            facts = [self._facts(ledger, rank, ledger.ranks[rank]) for rank in others]
            waited = [each.silent_s or 0.0 for each in facts]
            if median(waited) < SLOW_S:
                continue
            over = f"still loading, {median(waited):.0f} s after half of the others were done"
            failed = failures.lag(self.plan, ledger, replace(lag, silent_s=0.0), over)
            return replace(failed, phase="load")
        return None
