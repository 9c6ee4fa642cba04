# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The supervisor's loop: bring a plan up, watch it while it lives, take it down, prove it gone.

Theory of operation. One thread does everything that matters; it wakes when a process ends, when
the prober or the controller's lock has news, and every 20 ms to read the logs (100 ms once the
deployment serves). What it learns goes to ``Startup``, what that decides goes to ``events.jsonl``
and ``deployment.json``. It ends when it is told to (SIGTERM), when the controller lets go of its
lock - which the kernel does for it when it is killed - or when the bring-up has failed.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import queue
import selectors
import signal
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pytest_dynamo import engines
from pytest_dynamo.diagnosis.diagnose import Diagnosis, diagnose
from pytest_dynamo.diagnosis.evidence import Evidence
from pytest_dynamo.diagnosis.speakers import KEPT
from pytest_dynamo.errors import LaunchError
from pytest_dynamo.known_issues import Issue
from pytest_dynamo.launch.plan import LaunchPlan
from pytest_dynamo.launch.visible import needed_paths
from pytest_dynamo.redaction import Redactor
from pytest_dynamo.supervisor import allocate, allocation, cleanliness, evidence, host, log_secrets
from pytest_dynamo.supervisor.children import Children
from pytest_dynamo.supervisor.identity import LABEL
from pytest_dynamo.supervisor.outage import Outages, budget_s
from pytest_dynamo.supervisor.prober import Prober
from pytest_dynamo.supervisor.progress import Progress
from pytest_dynamo.supervisor.rundir import Appender, RunDir, forget, read_json, write_json
from pytest_dynamo.supervisor.slurm_job import BEAT, Desk, SlurmJob
from pytest_dynamo.supervisor.space import Space
from pytest_dynamo.supervisor.telling import Telling
from pytest_dynamo.topology.model import Topology
from pytest_dynamo.watch.startup import (
    Exited,
    Failed,
    Listening,
    Pending,
    Probed,
    Ready,
    Spawned,
    Startup,
    Tick,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_dynamo.launch.plan import Process, Worker
    from pytest_dynamo.supervisor.children import Child
    from pytest_dynamo.watch.leftovers import Held
    from pytest_dynamo.watch.lines import Line
    from pytest_dynamo.watch.slurm_health import Seen

_CONTROLLER_GONE = "the controller has ended"
_PENDING_S = 0.02
_SERVING_S = 0.1
#: After a first end, how long to listen for what the others have to say about it.
_SETTLE_S = 0.25
#: Grace for stand-ins, which end in 0.3 s; real engines get ``budgets.stop``.
_LOCAL_GRACE_S = 3.0
_SERVICE_GRACE_S = 5.0
_PR_SET_CHILD_SUBREAPER = 36
#: What pytest puts into the environment for its own processes.
_PYTEST_PREFIXES = ("PYTEST_", "COV_")


class Supervisor:
    """Owns one deployment from its first process to the proof that it is gone."""

    def __init__(self, run: RunDir) -> None:
        self.run_dir = run
        self.settings: dict[str, Any] = read_json(run.run) or {}
        self.plan = LaunchPlan.from_dict(read_json(run.plan) or {})
        self.topology = Topology.model_validate(
            yaml.safe_load(run.topology.read_text(encoding="utf-8"))
        )
        # as long as this process lives, so do the nodes that pytest has allocated
        self.hold = allocate.hold(self.settings.get("allocation"))
        self.run_id = str(self.settings["run_id"])
        self.keep = bool(self.settings.get("keep"))
        self.redactor = Redactor(os.environ, self.topology.environment)
        self.tell = Telling(run, self.plan, self.redactor)
        self.processes = Appender(run.processes)
        self.space = Space(run, self.tell.events)
        self.selector = selectors.DefaultSelector()
        self.children = Children(run.path, self.selector)
        self.startup = Startup(
            self.plan, self._milestones(), self.topology.budgets, time.monotonic()
        )
        self.evidence = Evidence(
            self.plan,
            self.startup.milestones,
            versions=self.topology.versions.model_dump(exclude_none=True),
            extra=map(Issue.from_dict, (read_json(run.known_issues) or {}).get("issues", ())),
        )
        self.screen = self.evidence.screen
        self.inbox: queue.SimpleQueue[Probed | Seen | str] = queue.SimpleQueue()
        self.stop_reason: str | None = None
        self.prober: Prober | None = None
        self.waiting: list[Process] = list(self.plan.processes)
        self.listening: set[str] = set()
        self.baseline = cleanliness.baseline()
        self.failed: Failed | None = None
        self.job = self._slurm_job()
        self.node_lost: Diagnosis | None = None
        self.rank_lost: Failed | None = None
        self.probed: Probed | None = None
        self.outages = Outages(
            Path(str(self.settings["node_local"])),
            self.plan,
            self.children,
            self.job.steps if self.job else None,
            start=self._again,
            deliver=self._deliver,
            tell=self.tell.event,
            memory=self._memory,
        )
        self.progress = Progress(self.tell)
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.selector.register(self._wake_read, selectors.EVENT_READ)

    def _milestones(self) -> tuple[engines.Milestone, ...]:
        # stand-in ranks say what TensorRT-LLM's launch chain says, whatever engine they stand for
        name = "trtllm" if self.plan.stand_in else self.topology.engine
        return engines.get(name).milestones(self.topology)

    def _slurm_job(self) -> SlurmJob | None:
        job = allocation.slurm_job(os.environ)
        if job is None or self.plan.processes[0].tokens[0] != "srun":
            return None
        desk = Desk(
            run_dir=str(self.run_dir.path),
            note=lambda name, step: self.processes.append({"name": name, "step_id": step}),
            tell=lambda problem: self.tell.event("scheduler", problem=problem),
            start=lambda process: self._start(process, heeds=True),
            deliver=self._deliver,
        )
        paths = needed_paths(self.topology, self.plan, str(Path.cwd()))
        return SlurmJob(job, self.plan, self.run_id, paths, desk)

    @property
    def _grace_s(self) -> float:
        """How long workers may take to end well."""
        return _LOCAL_GRACE_S if self.plan.stand_in else self.topology.budgets.stop

    # -- the whole -------------------------------------------------------------------------------

    def run(self) -> int:
        """Run to the end; return 0 if the nodes were left clean."""
        os.chdir(self.run_dir.path)
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        threading.Thread(target=self._watch_controller, name="controller", daemon=True).start()
        self.tell.state("starting")
        self.tell.event(
            "baseline",
            shm=sorted(self.baseline.shm),
            gpu_memory_mib=self.baseline.gpu_memory,
        )
        diagnosis: Diagnosis | None = None
        try:
            if (refusal := self._preflight()) is not None:
                diagnosis = refusal
                self.tell.state("failed", diagnosis=diagnosis)
            else:
                diagnosis = self._bring_up()
                if diagnosis is None and self.stop_reason is None:
                    diagnosis = self._serve()
        finally:
            clean = self._tear_down(diagnosis)
        return 0 if clean else 1

    def _bring_up(self) -> Diagnosis | None:
        """Return None when it serves or a stop was asked for, else why it never will serve."""
        while (
            isinstance(self.startup.state, Pending)
            and self.stop_reason is None
            and self.node_lost is None
        ):
            try:
                self._spawn_next()
            except LaunchError as error:
                return self._not_started(error, "failed")
            self._round(_PENDING_S)
            if self.prober is None and self.startup.ranks_done:
                self.prober = Prober(self.plan, self._deliver)
                self.prober.start()
        if isinstance(self.startup.state, Ready):
            self.tell.event("ready", took_s=self.startup.took)
            self.tell.state("ready", took_s=self.startup.took)
            return None
        if isinstance(self.startup.state, Failed):
            return self._conclude(self.startup.state, "failed")
        if self.node_lost:
            self.tell.end(self.node_lost, "failed")
        return self.node_lost

    def _serve(self) -> Diagnosis | None:
        """Watch until a stop is asked for; return why it was lost, if it was."""
        diagnosis: Diagnosis | None = None
        budget = budget_s(self.topology.budgets, stand_in=self.plan.stand_in is not None)
        while self.stop_reason is None:
            ended = self._round(_PENDING_S if self.outages.on else _SERVING_S)
            if diagnosis is not None:
                continue
            if self.outages.on:
                diagnosis = self._outage(ended)
            elif ended or self.rank_lost:
                lost = self.rank_lost or self.startup.exit_failure(ended[0], time.monotonic())
                diagnosis = self._conclude(lost, "lost")
            if diagnosis is None and self.node_lost:
                diagnosis = self.node_lost
                self.tell.end(diagnosis, "lost")
            if diagnosis is None and self.outages.take(time.monotonic(), budget):
                self.tell.state("disturbed", took_s=self.startup.took)
        return diagnosis

    def _outage(self, ended: list[Exited]) -> Diagnosis | None:
        """Go on with an announced fault; return why it could not be mended, if it could not."""
        self.rank_lost = None
        probed, self.probed = self.probed, None
        failed = self.outages.advance(ended, probed, self.startup, time.monotonic())
        if failed:
            return self._conclude(failed, "lost")
        if not self.outages.on:
            self.tell.state("ready", took_s=self.startup.took)
            return None
        try:
            self._spawn_next()
        except LaunchError as error:
            return self._not_started(error, "lost")
        return None

    def _memory(self, worker: Worker) -> list[Held]:
        """Return what the GPUs of a worker hold, and held before the launch."""
        return self.job.memory(worker) if self.job else cleanliness.memory(self.baseline, worker)

    def _again(self, process: Process) -> None:
        """Have a process that has ended started again, once those it waits for listen."""
        self.listening.discard(process.name)
        self.waiting.append(process)
        if self.job:
            self.job.steps.forget(process.name)

    def _conclude(self, failed: Failed, state: str) -> Diagnosis:
        """Listen a little longer, then name the first cause and write the final state."""
        self.failed = failed
        settled = time.monotonic() + (_SETTLE_S if failed.kind == "exit" else 0)
        while time.monotonic() < settled:
            self._round(max(0.0, min(_PENDING_S, settled - time.monotonic())))
        planned = {name: child for name, child in self.children.all.items() if name != BEAT}
        ended = [
            Exited(name, child.code) for name, child in planned.items() if child.code is not None
        ]
        order = {item.process: index for index, item in enumerate(self.startup.ended)}
        ended.sort(key=lambda item: order.get(item.process, len(order)))
        over = self.job.over(failed.phase) if self.job and len(ended) > 1 else None
        if over:
            self.tell.end(over, state)
            return over
        self.evidence.last_words(
            line for child in planned.values() for line in child.follower.last_words(KEPT)
        )
        diagnosis = diagnose(self.plan, failed, ended, self.evidence)
        self.tell.end(
            diagnosis,
            state,
            # all that the diagnosis follows from besides the logs, so that it can be found again
            failure=asdict(failed),
            ended=[(item.process, item.code) for item in ended],
            read={name: child.follower.told for name, child in planned.items()},
        )
        return diagnosis

    def _not_started(self, error: LaunchError, state: str) -> Diagnosis:
        diagnosis = Diagnosis(
            phase=self.startup.phase,
            kind="launch",
            where=error.where or self.plan.launcher,
            what=error.what,
            fault="config",
            remedy=error.remedy,
        )
        self.tell.state(state, diagnosis=diagnosis)
        return diagnosis

    # -- one round -------------------------------------------------------------------------------

    def _round(self, timeout_s: float) -> list[Exited]:
        """Wait for news at most ``timeout_s``, take it all in, return what ended."""
        for key, _ in self.selector.select(timeout_s):
            if key.fd == self._wake_read:
                os.read(self._wake_read, 4096)
        now = time.monotonic()
        # Reap before reading: what a process said before it ended is then in its log.
        reaped = self.children.reap()
        attentive = isinstance(self.startup.state, Pending)
        for child in self.children.due(everyone=bool(reaped)):
            self._lines(child.read(attentive=attentive), now)
        if self.node_lost is None:
            self.node_lost = self.space.gone(now, self.startup.phase)
        if self.job:
            self._hear_of_job(self.job, now)
        ended = [
            Exited(child.process.name, child.code or 0)
            for child in reaped
            if child.process.name != BEAT
        ]
        for item in ended:
            announced = {"announced": True} if self.outages.on else {}
            self.tell.event("exited", process=item.process, code=item.code, **announced)
            self.startup.receive(item, now)
        self._take_news(now)
        self.startup.receive(Tick(), now)
        self.progress.tell(self.startup, now)
        return ended

    def _take_news(self, now: float) -> None:
        """Take in what threads have delivered."""
        while True:
            try:
                news = self.inbox.get_nowait()
            except queue.Empty:
                return
            if isinstance(news, Probed):
                self.probed = news
                self.startup.receive(news, now)
            elif isinstance(news, str):
                self.stop_reason = self.stop_reason or news
            elif self.job:
                self.job.receive(news, now)

    def _hear_of_job(self, job: SlurmJob, now: float) -> None:
        if self.node_lost is None:
            self.node_lost = job.lost(now, self.startup.phase)
        for item in job.news(now):
            self.tell.event("trouble", where=item.node, what=item.what, remedy=item.remedy or None)

    def _lines(self, lines: Iterable[Line], now: float) -> None:
        for line in lines:
            self.startup.receive(line, now)
            self.evidence.notice(line)
            if self.job is None:
                continue
            self.job.hear(line, now)
            if line.rank is None and line.process != BEAT and self.rank_lost is None:
                # srun goes on when a rank has ended; while it comes up, that is seen to already
                self.rank_lost = self.startup.rank_failure(line, now)

    def _spawn_next(self) -> None:
        """Start every process whose predecessors listen; see which services listen by now."""
        for child in self.children.all.values():
            process = child.process
            if not process.ports or process.name in self.listening or child.code is not None:
                continue
            if all(host.accepts(port.host, port.number) for port in process.ports):
                self.listening.add(process.name)
                self.startup.receive(Listening(process.name), time.monotonic())
                self.tell.event("listening", process=process.name)
        for process in list(self.waiting):
            if not all(name in self.listening for name in process.after):
                continue
            self.waiting.remove(process)
            child = self._start(process)
            kind = "respawned" if self.outages.on else "spawned"
            self.tell.event(kind, process=process.name, pid=child.popen.pid)
            self.startup.receive(Spawned(process.name), time.monotonic())

    def _start(self, process: Process, *, heeds: bool = False) -> Child:
        base = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(_PYTEST_PREFIXES) or key == LABEL
        }
        # of what we start beside the plan, every line is for us
        screen = self.screen if process.name in self.evidence.heard else None
        child = self.children.start(process, {**base, LABEL: self.run_id}, screen, heeds=heeds)
        record = child.identity.to_dict() if child.identity else {"pid": child.popen.pid}
        self.processes.append(
            {"name": process.name, "step": process.step, "log": child.process.log, **record}
        )
        return child

    # -- before and after ------------------------------------------------------------------------

    def _preflight(self) -> Diagnosis | None:
        """Return why this host or this job cannot take the plan, None when it can."""
        refusal = self.job.preflight(self._grace_s, time.monotonic()) if self.job else None
        evidence.write(
            self.run_dir, self.job.job if self.job else None, self.job.before if self.job else {}
        )
        for item in self.job.odd() if self.job else ():
            self.tell.event("trouble", where=item.node, what=item.what, remedy=item.remedy)
        if refusal:
            return refusal
        return None if self.plan.launcher != "local" else host.unfit(self.plan)

    def _tear_down(self, diagnosis: Diagnosis | None) -> bool:
        began = time.monotonic()
        self.space.release()
        self.tell.event("stopping", reason=self.stop_reason or "the bring-up failed")
        if self.prober:
            self.prober.stop()
        self.outages.release()
        steps = None
        if self.job:
            steps = self.job.steps
            self.job.stop_watching()
            # who is told to end may be told so by Slurm, which ends the whole job
            diagnosis = (
                diagnosis
                or self.job.unresolved(self.startup.phase)
                or self.job.over(self.startup.phase)
            )
        workers = [item for item in self._alive() if item.process.kind == "worker"]
        how = self.children.stop(workers, self._grace_s, steps)
        how |= self.children.stop(reversed(self._alive()), _SERVICE_GRACE_S, steps)
        for child in self.children.all.values():
            child.read(attentive=False)
        removed, left = cleanliness.sweep(self.run_id)
        ports = [port for process in self.plan.processes for port in process.ports]
        more, unproven = cleanliness.verify(self.baseline, () if self.job else ports)
        left += more
        if self.job:
            if self.children.all.keys() - {BEAT}:  # what started nothing has left nothing
                self.job.end_steps()
                more, unproven = self.job.verify()
                left += more
            self.job.dismiss()
            self.job.release()
        write_json(
            self.run_dir.teardown,
            {
                "reason": self.stop_reason or "the bring-up failed",
                "seconds": round(time.monotonic() - began, 3),
                "killed": sorted(name for name, word in how.items() if word == "KILL"),
                "removed": removed,
                "leftover": [self.redactor.data(item.to_dict()) for item in left],
                "unproven": unproven,
            },
        )
        self.tell.event("stopped", leftover=len(left), seconds=round(time.monotonic() - began, 3))
        if self.run_dir.state()["state"] not in ("failed", "lost"):
            self.tell.state("stopped", diagnosis=diagnosis)
        self.children.close()
        log_secrets.overwrite(self.run_dir.logs, self.redactor)
        forget(Path(str(self.settings["node_local"])), whole=self._controller_gone())
        return not left

    def _alive(self) -> list[Child]:
        """Return the processes of the plan that have not ended."""
        return [child for child in self.children.alive() if child.process.name != BEAT]

    # -- news from elsewhere ---------------------------------------------------------------------

    def _deliver(self, news: Probed | Seen | str) -> None:
        self.inbox.put(news)
        os.write(self._wake_write, b"!")

    def _on_signal(self, number: int, _frame: object) -> None:
        self._deliver(f"{signal.Signals(number).name} to the supervisor")

    def _controller_gone(self) -> bool:
        try:
            with Path(str(self.settings["lock"])).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except FileNotFoundError:  # a program that tidies up temporary directories took it
            return True
        return True

    def _watch_controller(self) -> None:
        """Wait, as long as it takes, for the controller to let go of its lock."""
        if self.keep:
            return
        with Path(str(self.settings["lock"])).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._deliver(_CONTROLLER_GONE)
