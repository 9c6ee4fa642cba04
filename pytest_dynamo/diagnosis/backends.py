# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Who registers in another store than the frontend looks in: a file, etcd, Kubernetes.

Nothing fails then: each process says once, as it begins, where it looks, and the frontend lists no
model whatever it is asked. One that does not say looks in etcd where the deployment runs one.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.candidates import misconfigured

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.candidates import Candidate
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan, Process
    from pytest_dynamo.watch.lines import Line

REMEDY = "give workers and frontend one --discovery-backend (DYN_DISCOVERY_BACKEND, --store-kv)"
SHARED = "put the store of the file backend where all hosts see it (DYN_FILE_KV), or use etcd"
_TOLD = re.compile(
    r"\bInitializing (?:KV store discovery backend: (?P<store>\w+)"
    r"(?:\W*(?:root=)?(?P<root>/[\w./-]+))?"
    r"|(?P<other>Kubernetes) discovery backend)"
)
_ETCD, _FILE = "etcd", "file"


def backend_of(text: str) -> tuple[str, str | None] | None:
    """Return the store in which a line says that its process looks, and its place if it has one."""
    match = _TOLD.search(text)
    return ((match["store"] or match["other"]).lower(), match["root"]) if match else None


def another_store(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return who looks in another store than all others, None where all look in one.

    Of a frontend that lists a model they do not differ.
    """
    if evidence.answers:
        return None
    fronts = [item for item in plan.processes if item.kind == "frontend"]
    told = {item.name: _store(item, plan, evidence) for item in fronts}
    for process in plan.processes:
        line, its = evidence.where.backends.get(process.name, (None, None))
        if process.kind != "worker" or line is None or its is None:
            continue
        for front in fronts:
            other = told[front.name]
            if other is None:
                continue
            if other[0] != its[0]:
                return _odd(process, front, evidence)
            apart = not set(process.nodes) & set(front.nodes)
            if its[0] == _FILE and other[1] != its[1]:
                return _odd(process, front, evidence)
            if its[0] == _FILE and apart and _asked(front, evidence):
                return misconfigured(front, _told_at(front, line, evidence), SHARED, evidence)
    return None


def _told_at(front: Process, line: Line, evidence: Evidence) -> Line:
    """Return where a frontend says in which store it looks, or else where a worker does."""
    return evidence.where.backends.get(front.name, (line, None))[0]


def _store(
    front: Process, plan: LaunchPlan, evidence: Evidence
) -> tuple[str, str | None] | None:
    """Return where a frontend looks: where it says, or else in etcd if that runs."""
    if front.name in evidence.where.backends:
        return evidence.where.backends[front.name][1]
    runs = any(item.step == _ETCD and evidence.heard[item.name].each() for item in plan.processes)
    return (_ETCD, None) if runs and _asked(front, evidence) else None


def _asked(front: Process, evidence: Evidence) -> bool:
    """Return whether a frontend was asked for a model that it does not list."""
    return any(speaker.unanswered for _, speaker in evidence.heard[front.name].each())


def _odd(process: Process, front: Process, evidence: Evidence) -> Candidate:
    """Return the worker, or the frontend where that alone looks elsewhere than several workers."""
    told = evidence.where.backends
    stores = Counter(its[0] for _, its in told.values())
    own = told.get(front.name)
    if own and stores[own[1][0]] == 1 and len(told) > 2:  # noqa: PLR2004 - two differ
        return misconfigured(front, own[0], REMEDY, evidence)
    return misconfigured(process, told[process.name][0], REMEDY, evidence)
