# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A bring-up as a state machine: observations and the time go in, Ready or Failed comes out.

Theory of operation. Nothing here does I/O or reads a clock. Each observation updates the ledger
(how far every rank of every worker has come) or the last probe of the frontend; after each the
phase is derived from both, never stored on its own. A phase is over when what it waits for is
there, whatever order it came in:

    services      every service and frontend process accepts connections
    launch        every rank has said who it is, with the expected world size: one leader and
                  N-1 workers for each worker of N ranks
    load          every rank has loaded its weights
    registration  the frontend counts as many instances of each role as planned - equal, not at
                  least - lists the served name, and calls it ready where it has a word for that
    serving       one unary and one streamed completion came back whole

A phase begins when the one before it was first over. Its budget is judged on a ``Tick`` alone, so
that everything seen in the same wake-up counts. ``Ready`` and ``Failed`` are final. A log line can
never make a deployment ready by itself: lines time the phases and feed the diagnosis; the probe
proves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_dynamo.watch import failures
from pytest_dynamo.watch.ledger import Lag, Ledger, RankState, ranges
from pytest_dynamo.watch.observations import (
    Exited,
    Listening,
    Probed,
    Spawned,
    Tick,
    ended_how,
)
from pytest_dynamo.watch.registration import registration_gap
from pytest_dynamo.watch.slurm_words import tasks_ended
from pytest_dynamo.watch.states import PHASES, Failed, Pending, Phase, Ready

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from pytest_dynamo.engines import Milestone
    from pytest_dynamo.launch.plan import LaunchPlan, Process
    from pytest_dynamo.topology.model import Budgets
    from pytest_dynamo.watch.lines import Line

__all__ = [
    "PHASES",
    "Exited",
    "Failed",
    "Lag",
    "Listening",
    "Pending",
    "Phase",
    "Probed",
    "RankState",
    "Ready",
    "Spawned",
    "Startup",
    "Tick",
    "ended_how",
    "ranges",
    "registration_gap",
]


class Startup:
    """Follows one bring-up; see the module for how."""

    def __init__(
        self, plan: LaunchPlan, milestones: Sequence[Milestone], budgets: Budgets, now: float
    ) -> None:
        self.plan = plan
        self.milestones = tuple(milestones)
        self.began = now
        self.state: Pending | Ready | Failed = Pending("services")
        self.probe = Probed()
        self.took: dict[Phase, float] = {}
        self.ended: list[Exited] = []  # all of them, also those after the end of the bring-up
        self._budgets: dict[Phase, float] = {phase: getattr(budgets, phase) for phase in PHASES}
        self._phase_began = now
        self._processes = {process.name: process for process in plan.processes}
        # in the order of the plan: what comes later may wait for what comes first
        self._silent_ports = {
            process.name: process
            for process in plan.processes
            if process.kind != "worker" and process.ports
        }
        spoken: dict[str, set[int]] = {worker.name: set() for worker in plan.workers}
        for process in plan.processes:
            if process.step in spoken:
                spoken[process.step].update(process.ranks)
        self._workers = {
            worker.name: Ledger(worker, spoken[worker.name], now) for worker in plan.workers
        }
        steps = {milestone.step for milestone in self.milestones}
        self._joins, self._loads = "joined" in steps, "loaded" in steps
        self._has_leader = any("leader" in item.pattern.groupindex for item in self.milestones)

    # -- in --------------------------------------------------------------------------------------

    def receive(
        self, observation: Line | Spawned | Listening | Exited | Probed | Tick, now: float
    ) -> None:
        """Take one observation; ``now`` is in seconds of any clock that never goes back."""
        if isinstance(observation, Exited):
            self.ended.append(observation)
        if not isinstance(self.state, Pending):
            return
        match observation:
            case Spawned():
                self._spawned(self._processes[observation.process], now)
            case Listening():
                self._silent_ports.pop(observation.process, None)
            case Exited():
                self.state = self.exit_failure(observation, now)
                return
            case Probed():
                self.probe = observation
            case Tick():
                pass
            case _:
                # most lines say nothing about progress, and there may be thousands a second
                if not self._line(observation, now):
                    return
        if isinstance(self.state, Pending):
            self._advance(now, tick=isinstance(observation, Tick))

    def _spawned(self, process: Process, now: float) -> None:
        if ledger := self._workers.get(process.step):
            for number in process.ranks:
                rank = ledger.ranks[number]
                if rank.stage == "not started":
                    rank.stage, rank.heard = "start", now

    def _line(self, line: Line, now: float) -> bool:
        """Note what a line says; return whether a rank took a step by it."""
        process = self._processes.get(line.process)
        ledger = self._workers.get(process.step) if process else None
        if process is None or ledger is None or not ledger.ranks:
            return False
        if line.rank is None:
            if failed := self.rank_failure(line, now):
                self.state = failed
            return failed is not None
        rank = ledger.ranks.get(line.rank)
        if rank:
            rank.heard, rank.line = now, line.number
        milestone, match = self._milestone(line.text)
        if milestone is None or match is None:
            return False
        groups = match.groupdict()
        if milestone.step == "joined":
            contradiction = ledger.join(
                line.rank,
                said=int(groups.get("rank") or line.rank),
                world=int(groups.get("world") or ledger.worker.world_size),
                leader=bool(groups.get("leader")) if self._has_leader else None,
            )
            if contradiction:
                failed = failures.contradiction(
                    self.plan, ledger, contradiction, process, line.number
                )
                self.state = replace(failed, at=now)
                return True
        elif milestone.step == "loaded" and rank:
            seconds = groups.get("seconds")
            ledger.load(line.rank, float(seconds) if seconds else None)
        if rank:
            rank.stage = groups.get("stage") or milestone.label
        return milestone.step in ("joined", "loaded")

    def _milestone(self, text: str) -> tuple[Milestone | None, re.Match[str] | None]:
        for milestone in self.milestones:
            if match := milestone.pattern.search(text):
                return milestone, match
        return None, None

    def rank_failure(self, line: Line, now: float) -> Failed | None:
        """Return what a line of ``srun`` about ended ranks means, before readiness or after it.

        None when it is about nothing of the kind.
        """
        process = self._processes[line.process]
        tasks = tasks_ended(line.text) if process.labelled and line.rank is None else None
        if tasks is None or process.step not in self._workers:
            return None
        return self._ended(process, tasks.ranks, tasks.code, now, line=line.number)

    def exit_failure(self, exited: Exited, now: float) -> Failed:
        """Return what the end of a process means, before readiness or after it."""
        process = self._processes[exited.process]
        one = process.ranks if len(process.ranks) == 1 else ()
        return self._ended(process, one, exited.code, now)

    def _ended(
        self,
        process: Process,
        ranks: tuple[int, ...],
        code: int,
        now: float,
        *,
        line: int | None = None,
    ) -> Failed:
        served = isinstance(self.state, Ready)
        ledger = self._workers.get(process.step)
        failed = failures.end(process, ledger, ranks, code, served=served)
        phase = self._phase_of(ledger, ranks) if ledger else self.phase
        return replace(failed, at=now, phase=phase, line=line or failed.line)

    def _phase_of(self, ledger: Ledger, ranks: tuple[int, ...]) -> Phase:
        """Return the phase that a rank is in, or else its worker: a service may be later."""
        first = ledger.ranks.get(ranks[0]) if ranks else None
        steps = [(first.joined, first.loaded)] if first else []
        for joined, loaded in (*steps, (ledger.all_joined, ledger.all_loaded)):
            if self._joins and not joined:
                return "launch"
            if self._loads and not loaded:
                return "load"
        return self.phase

    # -- state -----------------------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        """The earliest phase that is not over; ``serving`` when all are."""
        return next((phase for phase in PHASES if not self._over(phase)), "serving")

    def _over(self, phase: Phase) -> bool:
        match phase:
            case "services":
                return not self._silent_ports
            case "launch":
                return not self._joins or all(item.all_joined for item in self._workers.values())
            case "load":
                return not self._loads or all(item.all_loaded for item in self._workers.values())
            case "registration":
                return registration_gap(self.plan, self.probe) is None
            case "serving":
                return self.probe.unary == "" and self.probe.stream == ""

    @property
    def ranks_done(self) -> bool:
        """Whether every rank has joined and loaded, so that asking the frontend makes sense."""
        return self._over("services") and self._over("launch") and self._over("load")

    def _advance(self, now: float, *, tick: bool) -> None:
        phase = self.phase
        for earlier in PHASES[: PHASES.index(phase)]:
            if earlier not in self.took:
                self.took[earlier] = now - self._phase_began
                self._phase_began = now
        if self._over(phase):
            self.took[phase] = now - self._phase_began
            self.state = Ready(now, dict(self.took))
        elif tick and now - self._phase_began > self._budgets[phase]:
            self.state = self._stall(phase, now)
        else:
            self.state = Pending(phase)

    def _stall(self, phase: Phase, now: float) -> Failed:
        over = f"{phase} took longer than its budget of {self._budgets[phase]:g} s"
        if lags := self.lagging(now):
            worst = max(lags, key=lambda lag: lag.silent_s)
            failed = failures.lag(self.plan, self._workers[worst.worker], worst, over)
        elif phase == "services":
            place = next(iter(self._silent_ports.values()), None)
            detail = f"{', '.join(self._silent_ports)} accept(s) no connection"
            failed = failures.stall(place, f"{over}: {detail}")
        else:
            place = next((item for item in self.plan.processes if item.kind == "frontend"), None)
            gap = registration_gap(self.plan, self.probe) if phase == "registration" else None
            detail = gap or self.probe.unary or self.probe.stream or "no answer yet"
            failed = failures.stall(place, f"{over}: {detail}")
        return replace(failed, at=now, phase=phase)

    # -- out -------------------------------------------------------------------------------------

    def ledger(self) -> dict[str, dict[int, RankState]]:
        """Return the state of every rank, by worker."""
        return {name: ledger.ranks for name, ledger in self._workers.items()}

    def counts(self) -> dict[str, int]:
        """Return how many ranks there are, and how many have joined and loaded."""
        ledgers = self._workers.values()
        return {
            "ranks": sum(len(ledger.ranks) for ledger in ledgers),
            "joined": sum(ledger.joined for ledger in ledgers),
            "loaded": sum(ledger.loaded for ledger in ledgers),
        }

    def lagging(self, now: float) -> list[Lag]:
        """Return, for each worker, the ranks that the present phase waits for."""
        phase = self.phase
        if phase not in ("launch", "load"):
            return []
        lags = (
            ledger.lag("joined" if phase == "launch" else "loaded", now)
            for ledger in self._workers.values()
        )
        return [lag for lag in lags if lag]
