# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Announced faults: a test has something of the deployment struck, and the supervisor mends it.

Theory of operation. A request is a file in the node-local directory of the run. Only the supervisor
strikes, only what it started, by what it recorded, and it writes an event before it does. From then
on an outage is on, and no end of a process is a failure: what else ends, ends of the fault. Mending

    thaws      what was frozen,
    ends       what is left of every step that has lost a process: its ranks live together,
    restarts   services and frontend that have ended, as the plan has it,
    waits      until the frontend has forgotten the workers that ended: one that is still listed
               would be counted in the place of the new one,
    restarts   those workers, once it is written down what their GPUs still hold, and
    proves     that the frontend counts and answers as when the deployment became ready.

It is a failure, and the deployment lost, when what was started again ends, or when it does not
serve in time. An outage is mended as well when the process that announced it has gone.
"""

from __future__ import annotations

import signal
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from pytest_dynamo.supervisor.identity import Identity
from pytest_dynamo.supervisor.prober import Prober
from pytest_dynamo.supervisor.rundir import read_json, write_json
from pytest_dynamo.watch.failures import stall
from pytest_dynamo.watch.startup import Failed, Probed, registration_gap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pytest_dynamo.launch.plan import LaunchPlan, Process, Worker
    from pytest_dynamo.supervisor.children import Child, Children
    from pytest_dynamo.supervisor.steps import Steps
    from pytest_dynamo.topology.model import Budgets
    from pytest_dynamo.watch.leftovers import Held
    from pytest_dynamo.watch.startup import Exited, Startup

#: The request, in the node-local directory of the run.
REQUEST = "outage.json"
#: What a lease may take to lapse (30 s with etcd), and a stand-in to start on a busy host.
_STAND_IN_S = 120.0
_LEASE_S = 60.0

Act = Literal["kill", "stop", "freeze", "mend"]
SIGNALS: dict[str, signal.Signals] = {
    "kill": signal.SIGKILL,
    "stop": signal.SIGTERM,
    "freeze": signal.SIGSTOP,
}


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the supervisor: ``step`` is a worker, the frontend or a service."""

    number: str
    act: Act
    step: str
    by: Identity

    def write(self, place: Path) -> None:
        """Hand it in."""
        data = {"number": self.number, "act": self.act, "step": self.step, **self.by.to_dict()}
        write_json(place / REQUEST, data)

    @classmethod
    def taken(cls, place: Path) -> Request | None:
        """Return the one that was handed in and take it away, None if there is none."""
        data: dict[str, Any] | None = read_json(place / REQUEST)  # Any: a JSON object
        if data is None:
            return None
        (place / REQUEST).unlink()
        return cls(data["number"], data["act"], data["step"], Identity.from_dict(data))


class Outages:
    """Strikes and mends for the supervisor; ``on`` while something is struck.

    ``start`` starts a process of the plan again once those it waits for listen, ``ask`` begins to
    probe, ``tell`` writes an event, ``memory`` says what the GPUs of a worker hold.
    """

    def __init__(  # noqa: PLR0913  what the supervisor lends
        self,
        place: Path,
        plan: LaunchPlan,
        children: Children,
        steps: Steps | None,
        *,
        start: Callable[[Process], None],
        deliver: Callable[[Probed], None],
        tell: Callable[..., None],
        memory: Callable[[Worker], list[Held]],
    ) -> None:
        self._place = place
        self._plan = plan
        self._children = children
        self._steps = steps
        self._start = start
        self._deliver = deliver
        self._tell = tell
        self._memory = memory
        self.on = False
        self._frozen: set[str] = set()
        self._told: set[str] = set()  # to end
        self._by: Identity | None = None
        self._mending: str | None = None
        self._stage: Literal["ends", "forgets", "serves"] | None = None
        self._ends_at = 0.0
        self._gone: set[str] = set()
        self._again: set[str] = set()
        self._prober: Prober | None = None
        self._gap = "nothing was asked yet"

    # -- requests --------------------------------------------------------------------------------

    def take(self, now: float, budget_s: float) -> bool:
        """Do what was asked for since the last call; return whether an outage began."""
        request = Request.taken(self._place)
        if request is None:
            if self.on and self._stage is None and self._by and not self._by.alive:
                self._mend("whoever announced it has gone", now, budget_s)
            return False
        if request.act == "mend":
            self._mend(request.number, now, budget_s)
            return False
        struck = [child for child in self._of(request.step) if child.code is None]
        began, self.on, self._by = not self.on, True, request.by
        self._tell(
            "outage",
            number=request.number,
            act=request.act,
            step=request.step,
            processes=[child.process.name for child in struck],
        )
        (self._frozen if request.act == "freeze" else self._told).add(request.step)
        self._children.send(struck, SIGNALS[request.act], self._steps)
        return began

    def release(self) -> None:
        """Thaw what is frozen, so that it can be told to stop."""
        if self._prober:
            self._prober.stop()
        for step in self._frozen:
            self._children.send(self._of(step), signal.SIGCONT, self._steps)
        self._frozen.clear()

    def _of(self, step: str) -> list[Child]:
        return [child for child in self._children.all.values() if child.process.step == step]

    # -- mending ---------------------------------------------------------------------------------

    def _mend(self, number: str, now: float, budget_s: float) -> None:
        self.release()
        self._mending = number
        self._ends_at = now + budget_s
        self._again = set()
        self._await_ends()

    def _await_ends(self) -> None:
        """End what is left of the steps that have lost a process without being told to end."""
        lost = {
            child.process.step for child in self._children.all.values() if child.code is not None
        }
        self._gone = lost | self._told
        rest = [child for step in lost - self._told for child in self._of(step)]
        self._children.send(rest, signal.SIGKILL, self._steps)
        self._stage = "ends"

    def advance(
        self, ended: Sequence[Exited], probed: Probed | None, startup: Startup, now: float
    ) -> Failed | None:
        """Take the next step of mending; return why the deployment is lost, if it is."""
        if self._stage is None:
            return None
        for item in ended:
            if item.process in self._again:
                return startup.exit_failure(item, now)
        if ended and self._stage != "ends":
            self._await_ends()
        if probed:
            self._gap = registration_gap(self._plan, probed) or probed.unary or probed.stream or ""
        if self._go_on(probed):
            self._tell("mended", number=self._mending, again=sorted(self._again))
            self.on, self._stage, self._by = False, None, None
            self._told.clear()
        elif now > self._ends_at:
            what = f"did not serve again after an announced fault: {self._gap}"
            where = next((each for each in self._plan.processes if each.kind == "frontend"), None)
            return replace(stall(where, what), at=now, phase="serving", served=True)
        return None

    def _go_on(self, probed: Probed | None) -> bool:
        """Do what the stage has waited for; return whether all of it is mended."""
        match self._stage:
            case "ends" if self._ended():
                self._told.clear()  # what it struck lives again from here on
                self._restart(lambda process: process.kind != "worker")
                self._stage = "forgets"
                self._probe()
            case "forgets" if self._forgotten(probed):
                for worker in self._away():
                    gpus = [asdict(each) for each in self._memory(worker)]
                    self._tell("vacated", step=worker.name, gpus=gpus)
                self._restart(lambda process: process.kind == "worker")
                self._stage = "serves"
                self._probe()
            case "serves" if probed:
                return (probed.unary, probed.stream) == ("", "")
        return False

    def _ended(self) -> bool:
        return all(child.code is not None for step in self._gone for child in self._of(step))

    def _restart(self, which: Callable[[Process], bool]) -> None:
        for process in self._plan.processes:
            if process.step in self._gone and process.name not in self._again and which(process):
                self._again.add(process.name)
                self._start(process)

    def _away(self) -> list[Worker]:
        """Return the workers that have ended and were not started again."""
        return [
            worker
            for worker in self._plan.workers
            if worker.name in self._gone
            and not self._again & {child.process.name for child in self._of(worker.name)}
        ]

    def _forgotten(self, probed: Probed | None) -> bool:
        """Return whether the frontend counts no worker that has ended."""
        roles = Counter(worker.role for worker in self._away())
        if not roles:
            return True
        if probed is None or probed.instances is None or probed.problem:
            self._probe(again=True)
            return probed is not None and not probed.problem and probed.instances is None
        planned = Counter(worker.role for worker in self._plan.workers)
        if all(probed.instances.get(role, 0) <= planned[role] - roles[role] for role in roles):
            return True
        self._probe(again=True)
        return False

    def _probe(self, *, again: bool = False) -> None:
        """Ask the frontend from now on; ``again``: only where the last prober has ended."""
        if again and self._prober and self._prober.is_alive():
            return
        if self._prober:
            self._prober.stop()
        self._prober = Prober(self._plan, self._deliver)
        self._prober.start()


def budget_s(budgets: Budgets, *, stand_in: bool) -> float:
    """Return how long mending may take: as long as a bring-up, after a lease has lapsed."""
    if stand_in:
        return _STAND_IN_S
    return _LEASE_S + sum(
        (budgets.services, budgets.launch, budgets.load, budgets.registration, budgets.serving)
    )

