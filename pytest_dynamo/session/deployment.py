# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a test holds: a deployment that serves, and everything that is known of it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pytest_dynamo import engines
from pytest_dynamo.client.openai import Client, Manner
from pytest_dynamo.diagnosis.diagnose import Diagnosis
from pytest_dynamo.errors import Lost, NotReady
from pytest_dynamo.launch.plan import LaunchPlan, secrets
from pytest_dynamo.session import attach, requires, sharing
from pytest_dynamo.supervisor import control
from pytest_dynamo.supervisor.rundir import FINAL, RunDir, read_json, read_lines
from pytest_dynamo.topology import versions
from pytest_dynamo.watch.lines import LineReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pytest_dynamo.client.shown import Era
    from pytest_dynamo.findings import Finding
    from pytest_dynamo.launch.plan import Worker
    from pytest_dynamo.topology.model import Topology
    from pytest_dynamo.watch.lines import Line

_POLL_S = 0.02
#: What the extra ``dynamo`` installs.
_STAND_INS = "1.6.1"
#: Beyond the budgets of all phases: what the supervisor itself may take to say so.
_MARGIN_S = 30


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a rank said when it joined: who it is, of how many, and whether it leads."""

    rank: int
    world_size: int
    leader: bool


@dataclass(frozen=True, slots=True)
class Rank:
    """One rank as its own log tells it; load times are in seconds."""

    worker: str
    rank: int
    world_size: int
    node: str
    log: str
    announcements: tuple[Announcement, ...]
    load_seconds: tuple[float, ...]

    def __str__(self) -> str:
        """Return the name of the subtest: ``decode0 rank 7 (node3)``."""
        return f"{self.worker} rank {self.rank} ({self.node})"


class Deployment:
    """A running deployment, as tests see it; it is started and stopped elsewhere."""

    def __init__(self, topology: Topology, run: RunDir) -> None:
        self.topology = topology
        self.run_dir = run.path
        #: Set while a test of this process has announced a fault: then it need not serve.
        self.disturbed = False
        self._run = run
        self._seen: tuple[int, int] | None = None
        self._supervisor = control.supervisor_of(run)

    @property
    def run(self) -> RunDir:
        """Everything that is written of it."""
        return self._run

    @property
    def owned(self) -> bool:
        """Whether a supervisor started it, which can end parts of it and start them again."""
        return self._supervisor is not None

    @cached_property
    def plan(self) -> LaunchPlan:
        """How it was launched."""
        return LaunchPlan.from_dict(read_json(self._run.plan) or {})

    @property
    def base_url(self) -> str:
        """Where the OpenAI frontend listens."""
        return self.plan.base_url

    @property
    def model(self) -> str:
        """The name the model is served under."""
        return self.plan.model

    @property
    def answers_as(self) -> str:
        """The name that answers give the model: the same, or where that may be, another."""
        return (self.server or {}).get("answers_as") or self.model

    @property
    def workers(self) -> tuple[Worker, ...]:
        """Every worker of the plan."""
        return self.plan.workers

    @property
    def stand_in(self) -> str | None:
        """What is not real about it, None when all of it is."""
        return self.plan.stand_in

    @property
    def took_s(self) -> dict[str, float]:
        """Seconds that each phase of the bring-up took."""
        return dict(self._run.state().get("took_s") or {})

    @cached_property
    def server(self) -> dict[str, Any] | None:  # Any: a JSON object
        """What the server showed that was attached to, None where the deployment was launched."""
        return read_json(self._run.server)

    @property
    def api_key(self) -> str | None:
        """What a server that was attached to asks for; never to be shown."""
        return (os.environ.get(attach.KEY) or None) if self.server else None

    def close(self) -> None:
        """Let go of what was opened to look at it."""
        self.client.close()

    @cached_property
    def client(self) -> Client:
        """A client whose requests end with the diagnosis as soon as the deployment is lost."""
        return Client(
            self.base_url,
            self.check,
            model=self.model,
            api_key=self.api_key,
            outside=self.server is not None,
            manner=self._manner(),
        )

    def _manner(self) -> Manner:
        server = self.server or {}
        # a topology that stands for a server which none describes names no release of its own
        described = server.get("described", True)
        lacks = requires.lacking(self.topology, self.run_dir, described=described)
        return Manner(
            answers_as=server.get("answers_as"),
            lenient=server.get("era") == "openai",
            counts=not lacks["usage"],
            counts_streams=not lacks["stream-usage"],
            events=frozenset({"llm_metrics"} if lacks["plain-streams"] else ()),
        )

    @cached_property
    def frontend_era(self) -> Era:
        """Whose way the server answers in, as it shows itself: 1.x lists objects as models.

        ``openai`` is any server that is no frontend of Dynamo.
        """
        if self.server:
            era: Era = self.server["era"]
            return era
        listed = self.client.get("/v1/models").json["data"]
        return "1.x" if all(entry.get("object") == "model" for entry in listed) else "0.x"

    @cached_property
    def lease_s(self) -> float:
        """How long a worker that has died stays registered where nobody asks for it."""
        # behind stand-ins is the runtime that is installed here
        release = _STAND_INS if self.stand_in else self.topology.versions.dynamo
        told: dict[str, str] = {}
        for process in self.plan.processes:
            told.update(process.env)
        backend = told.get("DYN_DISCOVERY_BACKEND", "etcd")
        if backend == "etcd" and "ETCD_LEASE_TTL" in told:
            return float(told["ETCD_LEASE_TTL"])
        return versions.dynamo(release).lease_s[backend]

    @property
    def keep_alive_s(self) -> float | None:
        """How long a stream may be silent before a comment comes, None where none ever does."""
        told = next((each.env for each in self.plan.processes if each.kind == "frontend"), {})
        return requires.interval_s(told)

    def instances(self, role: str) -> frozenset[int]:
        """Return the ids under which ``/health`` lists the workers of a role."""
        components = {worker.component for worker in self.workers if worker.role == role}
        health = self.client.health()
        return frozenset(
            each.id
            for each in (health.instances if health else ())
            if each.component in components and each.endpoint == "generate"
        )

    @property
    def events(self) -> list[dict[str, Any]]:  # Any: JSON objects
        """What has happened so far, in order."""
        return list(read_lines(self._run.events))

    def log(self, process: str) -> list[Line]:
        """Return the lines that a process of the plan has written so far."""
        item = next(each for each in self.plan.processes if each.name == process)
        reader = LineReader(
            item.name,
            labelled=item.labelled,
            rank=item.ranks[0] if len(item.ranks) == 1 else None,
        )
        path = self.run_dir / item.log
        return [*reader.feed(path.read_bytes() if path.exists() else b""), *reader.close()]

    @cached_property
    def ranks(self) -> tuple[Rank, ...]:
        """Every rank of every worker, read from the logs once and afresh, not from the ledger."""
        name = "trtllm" if self.stand_in else self.topology.engine
        milestones = engines.get(name).milestones(self.topology)
        found: list[Rank] = []
        for worker in self.workers:
            lines = {
                process.name: self.log(process.name)
                for process in self.plan.processes
                if process.step == worker.name and process.ranks
            }
            for process in self.plan.processes:
                if process.name in lines:
                    found += [
                        _rank(worker, rank, process.log, lines[process.name], milestones)
                        for rank in process.ranks
                    ]
        return tuple(found)

    def check(self) -> None:
        """Raise when the deployment no longer serves; cheap enough for ten calls a second.

        Raises:
            Lost: with the diagnosis, or because nobody watches it any more.
        """
        # asked before the state is read: a supervisor that ends has written its last state
        alive = self._supervisor is None or self._supervisor.alive
        info = self._run.deployment.stat()
        mark = (info.st_ino, info.st_mtime_ns)
        if mark != self._seen:
            state = self._run.state()
            if state["state"] == "disturbed" and not self.disturbed:
                raise Lost(
                    "a test that announced a fault has ended without having it mended",
                    where=str(self._run.path),
                )
            if state["state"] not in ("ready", "disturbed"):
                raise Lost(told(state, self._run))
            self._seen = mark
        if not alive:
            raise _unwatched(Lost, self._run)


def refuse(findings: Sequence[Finding]) -> None:
    """Do not launch what is known to fail.

    Raises:
        NotReady: with every finding of level error.
    """
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        found = "\n".join(finding.render() for finding in errors)
        raise NotReady(
            f"not launched: {len(errors)} configuration error(s)\n{found}",
            remedy="correct them, or let one pass with --dynamo-allow=CODE",
        )


def attached(topology: Topology, run: RunDir) -> Deployment:
    """Return the deployment that this run attached to.

    Raises:
        NotReady: it does not serve, or no longer, with the diagnosis.
    """
    state = run.state()
    if state["state"] != "ready":
        raise NotReady(told(state, run))
    return Deployment(topology, run)


def obtain(
    topology: Topology, run: RunDir, node_local: Path, on_poll: Callable[[], None]
) -> Deployment:
    """Return the deployment of this run; the first to ask starts it, all wait until it serves.

    ``on_poll`` is called some fifty times a second meanwhile.

    Raises:
        NotReady: with the diagnosis; the logs and events stay in the run directory.
    """
    with sharing.starting(node_local):
        supervisor = control.supervisor_of(run) or control.start(run, secrets(topology.environment))
    budgets = topology.budgets
    limit_s = _MARGIN_S + sum(
        (budgets.services, budgets.launch, budgets.load, budgets.registration, budgets.serving)
    )
    deadline = time.monotonic() + limit_s
    while True:
        # asked before the state is read: a supervisor that ends has written its last state
        alive = supervisor.alive
        state = run.state()
        on_poll()
        if state["state"] == "ready":
            return Deployment(topology, run)
        if state["state"] in FINAL:
            raise NotReady(told(state, run))
        if not alive:
            raise _unwatched(NotReady, run)
        if time.monotonic() > deadline:
            raise NotReady(
                f"not ready after {limit_s:g} s, all budgets together, and no verdict either",
                where=str(run.path),
                remedy=f"read {run.events}",
            )
        time.sleep(_POLL_S)


def told(state: dict[str, Any], run: RunDir) -> str:  # Any: a JSON object
    """Return a final state in words: the diagnosis and where everything is."""
    if diagnosis := state.get("diagnosis"):
        text = Diagnosis.from_dict(diagnosis).render()
    else:
        text = f"the deployment is {state['state']}"
    return f"{text}\n  run directory: {run.path}"


def _unwatched(error: type[Lost | NotReady], run: RunDir) -> Lost | NotReady:
    """Return what is wrong when the supervisor was killed: nobody knows what still lives."""
    supervisor = control.supervisor_of(run)
    who = f"process {supervisor.pid}" if supervisor else "never started"
    return error(
        f"the supervisor ({who}) is gone, the state is {run.state()['state']}",
        where=str(run.path),
        evidence=control.said(run),
        remedy="run again: the next run cleans what carries the identity of this one",
    )


def _rank(
    worker: Worker,
    rank: int,
    log: str,
    lines: Sequence[Line],
    milestones: Sequence[engines.Milestone],
) -> Rank:
    announcements: list[Announcement] = []
    loads: list[float] = []
    for line in lines:
        if line.rank != rank:
            continue
        for milestone in milestones:
            match = milestone.pattern.search(line.text)
            if match is None:
                continue
            groups = match.groupdict()
            if milestone.step == "joined":
                announcements.append(
                    Announcement(
                        int(groups.get("rank") or line.rank),
                        int(groups.get("world") or worker.world_size),
                        bool(groups.get("leader")),
                    )
                )
            elif milestone.step == "loaded":
                loads.append(float(groups.get("seconds") or "nan"))
            break
    return Rank(
        worker.name,
        rank,
        worker.world_size,
        worker.node_of(rank),
        log,
        tuple(announcements),
        tuple(loads),
    )
