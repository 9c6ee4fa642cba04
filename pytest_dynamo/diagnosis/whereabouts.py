# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What processes say of where they are, and of where they look for others.

Each says so once or now and then, and nothing fails where two of them disagree: what comes of it is
in the modules that know one kind of such words each.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.addresses import Missed, unreached
from pytest_dynamo.diagnosis.backends import backend_of
from pytest_dynamo.diagnosis.loopback import taken_at
from pytest_dynamo.diagnosis.measured import Measured
from pytest_dynamo.diagnosis.modes import mode_of
from pytest_dynamo.diagnosis.namespaces import (
    address_of,
    etcd_of,
    incomplete,
    lacking,
    looks_in,
    passes_over,
    registered_in,
)
from pytest_dynamo.diagnosis.other_jobs import OtherJobs
from pytest_dynamo.diagnosis.replicas import Settings
from pytest_dynamo.diagnosis.served_names import listed
from pytest_dynamo.diagnosis.side_channels import asks_itself, is_given
from pytest_dynamo.diagnosis.speakers import KEPT
from pytest_dynamo.diagnosis.unready import fails_probe, finds_nobody, is_not_ready, listens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_dynamo.launch.plan import Process
    from pytest_dynamo.watch.lines import Line

#: How a worker tells that it registers.
_REGISTERS = re.compile(r"\bRegister(?:ed|ing) endpoint\b")
#: How often the description of a pod says that its container was started anew.
_PARTED = "lost TCP streaming connection with remote peer"
_RESTARTS = re.compile(r"^\s+Restart Count:\s+(\d{1,6})\s*$")


class Whereabouts:
    """Collects them by the names of processes."""

    def __init__(self, processes: Iterable[Process]) -> None:
        #: What Slurm's daemons tell of others.
        self.other_jobs = OtherJobs(processes)
        #: How the requests of benchmarks went.
        self.measured = Measured()
        #: Where each process said last in which namespace it registered, and which that is.
        self.namespaces: dict[str, tuple[Line, str]] = {}
        #: Where each worker said last that it registers.
        self.registered: dict[str, Line] = {}
        #: Where each frontend was told last in which namespace it looks, and which that is.
        self.looks_in: dict[str, tuple[Line, str]] = {}
        #: Where each frontend said last that Kubernetes knows of nobody.
        self.nobody: dict[str, Line] = {}
        #: Where Kubernetes said last of each pod that its probe failed.
        self.probed: dict[str, Line] = {}
        #: Whose pod is described as not ready.
        self.not_ready: set[str] = set()
        #: The steps of frontends that have said that they take requests.
        self.listening: set[str] = set()
        #: What workers were started with.
        self.settings = Settings()
        #: Where each worker said which part it takes, and which that is.
        self.modes: dict[str, tuple[Line, str]] = {}
        #: Where each process was told last which etcd it is given, and which that is.
        self.etcds: dict[str, tuple[Line, str]] = {}
        #: Where each process said in which store it looks for others, and which that is.
        self.backends: dict[str, tuple[Line, tuple[str, str | None]]] = {}
        #: Where each process was told first that it gives its loopback out as where to ask it.
        self.side_hosts: dict[str, Line] = {}
        #: Where each process said first that it asks its own loopback for a cache.
        self.side_asks: dict[str, Line] = {}
        #: Who registered at which address.
        self.addresses: dict[str, set[str]] = {}
        #: Where each frontend said last that it reaches no worker.
        self.unreached: dict[str, Line] = {}
        #: At which addresses frontends reached nobody.
        self.missed = Missed()
        #: How often the container of each pod was started anew, by who tells of it.
        self.restarts: dict[str, int] = {}
        #: Where a member of etcd said first that it lost another.
        self.parted: Line | None = None
        #: The names of models that each frontend has listed.
        self.listed_names: dict[str, set[str]] = {}
        #: Where each frontend said first that it passes a model of another namespace over.
        self.passed_over: dict[str, Line] = {}
        #: Where services said last at which addresses they take clients.
        self.takes: deque[Line] = deque(maxlen=KEPT)
        #: Where each frontend said last that it lacks workers of a role.
        self.lacks: dict[str, deque[Line]] = {}
        #: Of which role each frontend said last that workers are missing, by the namespace.
        self.incomplete: dict[str, dict[str, tuple[str, Line]]] = {}

    def take(self, process: Process, line: Line) -> None:
        """Take a line of a process; most tell nothing."""
        self.other_jobs.take(line)
        self.measured.take(line.text)
        if address := etcd_of(line.text):
            self.etcds[process.name] = line, address
        if store := backend_of(line.text):
            self.backends[process.name] = line, store
        if found := incomplete(line.text):
            self.incomplete.setdefault(process.name, {})[found[0]] = found[1], line
        if fails_probe(line.text):
            self.probed[process.name] = line
        if is_not_ready(line.text):
            self.not_ready.add(process.name)
        if name := listed(line.text):
            self.listed_names.setdefault(process.name, set()).add(name)
        if at := address_of(line.text):
            self.addresses.setdefault(at, set()).add(process.name)
        if process.kind == "worker":
            self._take_of_worker(process, line)
        else:
            self._take_of_others(process, line)

    def _take_of_worker(self, process: Process, line: Line) -> None:
        """Take note of what a worker tells of itself, or a description of its pod."""
        if name := registered_in(line.text):
            self.namespaces[process.name] = line, name
        if _REGISTERS.search(line.text):
            self.registered[process.name] = line
        if is_given(line.text):
            self.side_hosts.setdefault(process.name, line)
        if asks_itself(line.text):
            self.side_asks.setdefault(process.name, line)
        if again := _RESTARTS.match(line.text):
            self.restarts[process.name] = int(again[1])
        self.settings.take(line)
        if mode := mode_of(line.text):
            self.modes[process.name] = line, mode

    def _take_of_others(self, process: Process, line: Line) -> None:
        """Take note of what a service or a frontend tells of where it takes or lacks others."""
        if process.kind == "service" and taken_at(line.text):
            self.takes.append(line)
        elif process.kind == "frontend" and (name := looks_in(line.text)):
            self.looks_in[process.name] = line, name
        elif process.kind == "frontend" and listens(line.text):
            self.listening.add(process.step)
        elif _PARTED in line.text:
            self.parted = self.parted or line
        elif finds_nobody(line.text):
            self.nobody[process.name] = line
        elif unreached(line.text):
            self.unreached[process.name] = line
            self.missed.take(line)
        elif passes_over(line.text):
            self.passed_over.setdefault(process.name, line)
        elif lacking(line.text):
            self.lacks.setdefault(process.name, deque(maxlen=KEPT)).append(line)
