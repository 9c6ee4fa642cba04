# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The Slurm job that a run lives in: nobody else's, with clean nodes, each of which is heard from.

Theory of operation. Before the launch the job is claimed (``claim.py``), a shell of ours is started
on every node (``sentry.py``), and asked what is on it. From then on the shells are listened to, and
Slurm is asked now and then (``slurm_watch.py``) for what it knows better: states, and the time that
is left. After the end every node is asked again, until what the run had there is gone or the time
for that is over.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis import jobs
from pytest_dynamo.errors import LaunchError
from pytest_dynamo.supervisor import nodes, scheduler
from pytest_dynamo.supervisor import steps as running_steps
from pytest_dynamo.supervisor.claim import Claim
from pytest_dynamo.supervisor.cleanliness import Leftover
from pytest_dynamo.supervisor.sentry import BEAT, Sentries
from pytest_dynamo.supervisor.slurm_watch import SlurmWatch
from pytest_dynamo.supervisor.steps import Steps
from pytest_dynamo.watch import fitness, leftovers, slurm_state
from pytest_dynamo.watch.leftovers import Held, Trouble
from pytest_dynamo.watch.probe import DEADLINE_S
from pytest_dynamo.watch.slurm_health import Health, Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pytest_dynamo.diagnosis.diagnosis import Diagnosis
    from pytest_dynamo.launch.plan import LaunchPlan, Process, Worker
    from pytest_dynamo.supervisor.children import Child
    from pytest_dynamo.watch.lines import Line
    from pytest_dynamo.watch.probe import NodeReport

__all__ = ["BEAT", "SlurmJob"]

#: For a node to answer that did before the run.
_VERIFY_S = 5.0
#: How long what a run had on the nodes may take to go.
_SETTLE_S = 15.0
#: How long the shells on the nodes may take to go.
_DISMISSED_S = 5.0
#: What the end of a run takes of its job's time, beyond the grace of its workers: that of the
#: services, killing what stays, and the proof that all is gone.
_RESERVE_S = 5.0 + running_steps.GONE_S + _SETTLE_S + 5.0
#: For a question that a failure waits for.
_QUICK_S = 2.0
#: Between two looks at nodes that are not clean as yet.
_AGAIN_S = 0.2
#: Where what the nodes say is written.
_HEARD = f"logs/{BEAT}.log"


@dataclass(frozen=True, slots=True)
class Desk:
    """What a job needs of its supervisor.

    ``run_dir`` is where it writes, ``note`` writes a step's id down, ``tell`` what went wrong,
    ``start`` starts a process with a pipe to its standard input, ``deliver`` takes news from a
    thread.
    """

    run_dir: str
    note: Callable[[str, str], None]
    tell: Callable[[str], None]
    start: Callable[[Process], Child]
    deliver: Callable[[Seen], None]


class SlurmJob:
    """One run's hold on its job; ``paths`` are what every node has to see."""

    def __init__(
        self, job: str, plan: LaunchPlan, run_id: str, paths: Sequence[str], desk: Desk
    ) -> None:
        self.job = job
        self.sentries = Sentries(job, run_id, plan.nodes)
        self.steps = Steps(job, run_id, self.sentries, desk.note, desk.tell)
        self.health = Health(job)
        self.before: dict[str, NodeReport] = {}
        self._plan = plan
        self._run_id = run_id
        self._paths = [path for path in paths if path != desk.run_dir]
        self._desk = desk
        self._claim = Claim(job, run_id)
        self._lost: set[str] = set()
        self._alone: set[str] = set()
        self._watch: SlurmWatch | None = None

    # -- before ----------------------------------------------------------------------------------

    def preflight(self, grace_s: float, now: float) -> Diagnosis | None:
        """Return why this plan cannot be launched in this job, None when it can.

        ``grace_s`` is what its workers may take to end well.
        """
        self.health.reserve_s = grace_s + _RESERVE_S
        try:
            if holder := self._claim.take():
                what = f"run {holder} is using this allocation"
                remedy = "wait for its end, or stop it: squeue --steps"
                return jobs.refusal(f"job {self.job}", what, remedy)
            words = slurm_state.job_words(self.job)
            self.health.receive(Seen(slurm_state.job(scheduler.ask_patiently(words))), now)
            if (fatal := self.health.fatal(now)) is not None:
                return jobs.refusal(fatal.node, fatal.what, fatal.remedy)
            port = slurm_state.slurmd_port(scheduler.ask_patiently(slurm_state.config_words()))
            paths = (*self._paths, self._desk.run_dir)
            self.sentries.posted(self._desk.start(self.sentries.process(port, paths)))
        except LaunchError as error:
            return jobs.refusal(error.where or f"job {self.job}", error.what, error.remedy)
        self.before = self.sentries.look(self._plan.nodes, DEADLINE_S)
        troubles = fitness.by_node(
            [
                *leftovers.silent(self._plan.nodes, self.before, DEADLINE_S),
                *leftovers.dirty(self.before, self._ports(), spared=self._desk.run_dir),
                *fitness.small(self.before, self._plan),
            ]
        )
        if not troubles:
            self._watch = SlurmWatch(self.job, self._plan.nodes, self._desk.deliver)
            self._watch.start()
            return None
        first, *others = troubles
        return jobs.refusal(first.node, first.what, first.remedy, others)

    def odd(self) -> Iterator[Trouble]:
        """Yield what is odd about the nodes, and no obstacle."""
        yield from fitness.unlike(self.before)
        yield from fitness.apart(self.before, self._desk.run_dir)

    def _ports(self) -> dict[str, list[int]]:
        ports: dict[str, list[int]] = {}
        for process in self._plan.processes:
            here = ports.setdefault(process.nodes[0], [])
            here += [port.number for port in process.ports]
        return ports

    # -- while it lives --------------------------------------------------------------------------

    def hear(self, line: Line, now: float) -> None:
        """Take note of a step's id, or of a sign of life from a node."""
        self.steps.hear(line)
        self.sentries.hear(line, now)

    def receive(self, seen: Seen, now: float) -> None:
        """Take an answer of Slurm's, or that there was none."""
        self.health.receive(seen, now)
        self.steps.answered(seen.problem)

    def news(self, now: float) -> list[Trouble]:
        """Return what a person should know although the run goes on."""
        alone = set(self.sentries.alone(now))
        found = self.health.news()
        for node in sorted(alone - self._alone):
            what = "its slurmd does not listen any more: Slurm will take the node for dead"
            found.append(Trouble("slurmd", node, what, jobs.LOOK.format(node=node)))
        for node in sorted(self._alone - alone - self._lost):
            found.append(Trouble("well", node, "its slurmd listens again", ""))
        self._alone = alone
        self.steps.beyond = alone
        return found

    def memory(self, worker: Worker) -> list[Held]:
        """Return what the GPUs of a worker hold, and held before the launch."""
        gpus = dict(zip(worker.nodes, worker.gpus, strict=True))
        return list(leftovers.memory(self.before, self._ask(worker.nodes), gpus))

    def unresolved(self, phase: str) -> Diagnosis | None:
        """Return what is wrong with a node although the deployment was served to its end."""
        return jobs.alone(self._plan, phase, self._alone, _HEARD) if self._alone else None

    def lost(self, now: float, phase: str) -> Diagnosis | None:
        """Return why the run cannot go on: a silent node, or what Slurm says; None while it can."""
        silent = self.sentries.silent(now) if self.sentries.listened(now) else {}
        if silent:
            self.node_lost(silent)
            return jobs.silent(self._plan, phase, silent, _HEARD)
        if self._watch and self.sentries.hushed(now):
            self._watch.hurry()
        fatal = self.health.fatal(now)
        if fatal is None:
            return None
        self.steps.halted = self.health.suspended
        if fatal.kind == "node":
            self.node_lost([fatal.node])
        return jobs.fatal(self._plan, phase, fatal)

    def node_lost(self, names: Iterable[str]) -> None:
        """Wait for nothing more from these nodes."""
        self._lost |= set(names)
        self.steps.give_up()

    def over(self, phase: str) -> Diagnosis | None:
        """Return that the whole job is over, if it is; asked when it ends or several steps have."""
        if not self.steps.reachable:
            return None
        try:
            job = slurm_state.job(scheduler.ask(slurm_state.job_words(self.job), _QUICK_S))
        except LaunchError:  # then what the steps themselves said has to do
            return None
        return jobs.over(phase, self.job, job) if job and job.over else None

    # -- after -----------------------------------------------------------------------------------

    def stop_watching(self) -> None:
        """Ask Slurm no more on its own account."""
        if self._watch:
            self._watch.stop()

    def end_steps(self) -> None:
        """Cancel whatever step of this run is left, also where its ``srun`` has died.

        That its ranks are gone is for the nodes to say: a step with a dead node takes minutes.
        """
        alive = {name: step for name, step in (self.steps.living() or {}).items() if name != BEAT}
        if alive:
            self.steps.ids.update(alive)
            self.steps.cancel(alive)

    def verify(self) -> tuple[list[Leftover], list[str]]:
        """Return what the run left on the nodes, and what could not be found out."""
        deadline = time.monotonic() + _SETTLE_S
        asked = tuple(self.before) or self._plan.nodes
        while True:
            after = self._ask([node for node in asked if node not in self._lost])
            found = list(leftovers.left(self.before, after, self._ports()))
            if all(item.kind == "shm" for item in found) or time.monotonic() > deadline:
                break  # a file does not go by itself
            time.sleep(_AGAIN_S)  # memory and ports of a killed process take a moment
        down = "" if self.steps.reachable else ", and Slurm's controller is down"
        down = ", as the job is suspended" if self.steps.halted else down
        unproven = [f"{node}: no answer to the probe{down}" for node in asked if node not in after]
        if after and all(report.gpus is None for report in after.values()):
            unproven.append("GPU memory: no NVIDIA driver on the nodes")
        return [_leftover(item) for item in found], unproven

    def _ask(self, reachable: Sequence[str]) -> dict[str, NodeReport]:
        """Return what our shells on the nodes say, and a new step where there is none any more."""
        if self.steps.halted:  # as are our shells, and no step can be started
            return {}
        after = self.sentries.look(reachable, _VERIFY_S)
        missing = [node for node in reachable if node not in after]
        if missing and not self.sentries.there and self.steps.reachable:
            try:
                after |= nodes.ask(self.job, self._run_id, missing, deadline_s=_VERIFY_S)
            except LaunchError as error:
                self.steps.answered(error.what)
        return after

    def dismiss(self) -> None:
        """End our shells on the nodes."""
        in_vain = self._lost or self.steps.halted
        if not self.sentries.dismiss(_QUICK_S if in_vain else _DISMISSED_S):
            self.steps.cancel({BEAT})

    def release(self) -> None:
        """Let go of the job."""
        self._claim.release()


def _leftover(trouble: Trouble) -> Leftover:
    return Leftover(trouble.kind, trouble.node, trouble.what, trouble.remedy)
