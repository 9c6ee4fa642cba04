# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The Slurm job that a run lives in: nobody else's, with clean nodes, each of which is heard from.

Theory of operation. Before the launch the job is claimed (a lock on this host, and a look at its
steps for other hosts), and every node is asked what is on it. From then on one task on each node
says its name every two seconds: Slurm itself needs minutes to miss a node. After the end every node
is asked again, until what the run had there is gone or the time for that is over.
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.diagnose import Diagnosis
from pytest_dynamo.errors import LaunchError
from pytest_dynamo.launch.plan import Process
from pytest_dynamo.launch.srun import SCRUB, step_name
from pytest_dynamo.supervisor import nodes, scheduler
from pytest_dynamo.supervisor import steps as running_steps
from pytest_dynamo.supervisor.cleanliness import Leftover
from pytest_dynamo.supervisor.rundir import node_local
from pytest_dynamo.supervisor.steps import Steps
from pytest_dynamo.watch import leftovers, slurm_state
from pytest_dynamo.watch.probe import DEADLINE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.watch.leftovers import Trouble
    from pytest_dynamo.watch.lines import Line
    from pytest_dynamo.watch.probe import NodeReport

#: The name of the step whose tasks only say that their node is there.
BEAT = "beat"
# the sleep must not hold the pipe: Slurm would wait for it when the shell has ended
_BEAT = ("sh", "-c", 'while echo "$SLURMD_NODENAME"; do sleep 2 >/dev/null 2>&1; done')
#: A node that says nothing for so long is lost.
_SILENT_S = 7.0
#: We were not running ourselves, if a round took longer.
_STALLED_S = 2.0
#: For a node to answer that did before the run.
_VERIFY_S = 5.0
#: How long what a run had on the nodes may take to go.
_SETTLE_S = 15.0
#: For a question that a failure waits for.
_QUICK_S = 2.0
_OUR_STEP = re.compile(r"(?P<run>[a-z0-9_]+-[0-9a-f]{8})\.(?P<process>.+)")


class SlurmJob:
    """One run's hold on its job; ``note`` writes a step's id down, ``tell`` what went wrong."""

    def __init__(
        self,
        job: str,
        plan: LaunchPlan,
        run_id: str,
        note: Callable[[str, str], None],
        tell: Callable[[str], None],
    ) -> None:
        self.job = job
        self.steps = Steps(job, run_id, note, tell)
        self.before: dict[str, NodeReport] = {}
        self._plan = plan
        self._run_id = run_id
        self._lock: int | None = None
        self._heard: dict[str, float] = {}
        self._looked: float | None = None
        self._lost: set[str] = set()

    # -- before ----------------------------------------------------------------------------------

    def preflight(self) -> Diagnosis | None:
        """Return why this plan cannot be launched in this job, None when it can."""
        try:
            if holder := self._claim():
                return self._refusal(
                    f"job {self.job}",
                    f"run {holder} is using this allocation",
                    remedy="wait for its end, or stop it: squeue --steps",
                )
            self.before = nodes.ask(self.job, self._run_id, self._plan.nodes, self._paths())
        except LaunchError as error:
            return self._refusal(error.where or f"job {self.job}", error.what, error.remedy)
        troubles = [
            *leftovers.silent(self._plan.nodes, self.before, DEADLINE_S),
            *leftovers.dirty(self.before, self._ports()),
        ]
        if not troubles:
            return None
        first = troubles[0]
        return self._refusal(
            first.node,
            first.what,
            first.remedy,
            also=tuple(f"{item.node}: {item.what}" for item in troubles[1:]),
        )

    def _claim(self) -> str | None:
        """Take hold of the job; return the run that has it already."""
        path = node_local() / f"job-{self.job}.lock"
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(lock, 200).decode()
            os.close(lock)
            return holder or "another"
        self._lock = lock
        os.ftruncate(lock, 0)
        os.write(lock, self._run_id.encode())
        for name in running_steps.running(self.job):
            match = _OUR_STEP.fullmatch(name)
            if match and match["run"] != self._run_id:
                return match["run"]
        return None

    def _paths(self) -> Sequence[str]:
        """Return what every node has to see: for a rehearsal the interpreter and the stand-ins."""
        if not self._plan.stand_in:
            return ()
        words = next((item.tokens for item in self._plan.processes if item.kind == "worker"), ())
        return [word for word in words if word.startswith("/") and "\n" not in word]

    def _ports(self) -> dict[str, list[int]]:
        ports: dict[str, list[int]] = {}
        for process in self._plan.processes:
            here = ports.setdefault(process.nodes[0], [])
            here += [port.number for port in process.ports]
        return ports

    def _refusal(
        self, where: str, what: str, remedy: str | None, also: tuple[str, ...] = ()
    ) -> Diagnosis:
        return Diagnosis(
            phase="services",
            kind="preflight",
            where=where,
            what=what,
            fault="infrastructure",
            remedy=remedy,
            also=also,
        )

    # -- while it lives --------------------------------------------------------------------------

    def beat(self) -> Process:
        """Return the step whose tasks say that their nodes are there."""
        count = str(len(self._plan.nodes))
        return Process(
            name=BEAT,
            step=BEAT,
            kind="service",
            tokens=(
                "srun", "--overlap", "--verbose", "--label",
                "-J", step_name(self._run_id, BEAT),
                "--nodelist", ",".join(self._plan.nodes),
                "--nodes", count, "--ntasks", count, "--ntasks-per-node", "1",
                "--jobid", self.job, "--input=none", "--export=ALL", "--chdir", "/",
                *_BEAT,
            ),
            log=f"logs/{BEAT}.log",
            nodes=self._plan.nodes,
            labelled=True,
            scrub=SCRUB,
        )  # fmt: skip

    def hear(self, line: Line, now: float) -> None:
        """Take note of a step's id, or of a sign of life from a node."""
        self.steps.hear(line)
        if line.process == BEAT and line.rank is not None and line.text in self._plan.nodes:
            self._heard[line.text] = now

    def lost(self, now: float, phase: str) -> Diagnosis | None:
        """Return which node is no longer heard from, None while all that were still are."""
        looked, self._looked = self._looked, now
        if looked is None or now - looked > _STALLED_S:
            self._heard = dict.fromkeys(self._heard, now)  # nobody listened meanwhile
            return None
        silent = [node for node, at in self._heard.items() if now - at > _SILENT_S]
        if not silent or (len(silent) == len(self._heard) and len(silent) > 1):
            return None  # all at once is the beat itself that ended: its srun tells
        self._lost = set(silent)
        self.steps.give_up()
        ranks = [
            f"{worker.name} on {node}"
            for worker in self._plan.workers
            for node in worker.nodes
            if node in silent
        ]
        seconds = now - min(self._heard[node] for node in silent)
        names = ",".join(silent)
        return Diagnosis(
            phase=phase,
            kind="node",
            where=", ".join(silent),
            what=f"has said nothing for {seconds:.1f} s: its power, its network or its kernel",
            fault="infrastructure",
            evidence=f"logs/{BEAT}.log",
            remedy=f"leave it out (--exclude={names}); look at it: scontrol show node {names}",
            excluded=tuple(ranks),
        )

    def over(self, phase: str) -> Diagnosis | None:
        """Return that the whole job is over, if it is; asked when several of its steps ended."""
        try:
            job = slurm_state.job(scheduler.ask(slurm_state.job_words(self.job), _QUICK_S))
        except LaunchError:  # then what the steps themselves said has to do
            return None
        if job is None or not job.over:
            return None
        return Diagnosis(
            phase=phase,
            kind="job",
            where=f"job {self.job}",
            what=f"is {job.state} ({job.reason}), and all its steps with it",
            fault="infrastructure",
            remedy=job.remedy,
        )

    # -- after -----------------------------------------------------------------------------------

    def end_steps(self) -> None:
        """Cancel whatever step of this run is left, also where its ``srun`` has died.

        That its ranks are gone is for the nodes to say: a step with a dead node takes minutes.
        """
        if alive := self.steps.living():
            self.steps.ids.update(alive)
            self.steps.cancel(alive)

    def verify(self) -> tuple[list[Leftover], list[str]]:
        """Return what the run left on the nodes, and what could not be found out."""
        if not self.steps.reachable:
            return [], [f"the nodes of job {self.job}: Slurm's controller is down"]
        deadline = time.monotonic() + _SETTLE_S
        asked = tuple(self.before) or self._plan.nodes
        reachable = [node for node in asked if node not in self._lost]
        while True:
            try:
                after = nodes.ask(self.job, self._run_id, reachable, deadline_s=_VERIFY_S)
            except LaunchError as error:
                return [], [f"the nodes of job {self.job}: {error.what}"]
            found = list(leftovers.left(self.before, after, self._ports()))
            if all(item.kind == "shm" for item in found) or time.monotonic() > deadline:
                break  # a file does not go by itself
            time.sleep(0.5)  # memory and ports of a killed process take a moment
        unproven = [f"{node}: no answer to the probe" for node in asked if node not in after]
        if after and all(report.gpus is None for report in after.values()):
            unproven.append("GPU memory: no NVIDIA driver on the nodes")
        return [_leftover(item) for item in found], unproven

    def release(self) -> None:
        """Let go of the job."""
        if self._lock is not None:
            (node_local() / f"job-{self.job}.lock").unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None


def _leftover(trouble: Trouble) -> Leftover:
    return Leftover(trouble.kind, trouble.node, trouble.what, trouble.remedy)
