# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Who is up and serves nobody, since Kubernetes does not call it ready.

A frontend takes those workers alone that an EndpointSlice calls ready, of its own namespace of
Dynamo; a service sends requests to those frontends alone. So one whose readiness probe asks at the
wrong port serves nobody, and says nothing of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.candidates import misconfigured
from pytest_dynamo.watch.log_names import LISTENS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.diagnosis.candidates import Candidate
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan, Process
    from pytest_dynamo.watch.lines import Line

_NOBODY = re.compile(r"\bKubeDiscoveryClient::list returning 0 instances\b")
_PROBED = re.compile(r"\bReadiness probe failed: ")
#: How often a probe failed; what answers 5xx, or too late, may wait for others.
_AGAIN = re.compile(
    r"\(x(?P<times>\d{1,6}) over .*\bReadiness probe failed: "
    r"(?!.*\b(?:statuscode: 5|[Tt]imeout|timed out|deadline exceeded))"
)
#: In the conditions of a pod's description.
_NOT_READY = re.compile(r"^\s*Ready\s+False\s*$")
#: A probe that has failed so often since is no start that takes its time.
_TOO_OFTEN = 5
LOOK = (
    "see whether its pods are ready (kubectl get endpointslices), and give workers and frontend "
    "the same namespace (DYN_NAMESPACE)"
)
PROBE = "have the readiness probe ask where its process answers: address, port, path, program"


def finds_nobody(text: str) -> bool:
    """Return whether a frontend says that Kubernetes knows of nobody whom it looks for."""
    return _NOBODY.search(text) is not None


def fails_probe(text: str) -> bool:
    """Return whether Kubernetes says that it does not find a pod ready."""
    return _PROBED.search(text) is not None


def is_not_ready(text: str) -> bool:
    """Return whether the description of a pod says that it is not ready."""
    return _NOT_READY.search(text) is not None


def listens(text: str) -> bool:
    """Return whether a frontend says that it takes requests."""
    return LISTENS in text


def turned_away(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return the first part that is up and that a readiness probe never finds so.

    A description bears no time. A frontend listens within seconds, before a probe can fail so
    often; a worker loads for minutes, and one that serves may have been described before.
    """
    where = evidence.where
    up = {*where.listening, *(() if evidence.answers else evidence.came)}
    for process in plan.processes:
        line = where.probed.get(process.name)
        if line is None or process.name not in where.not_ready or process.step not in up:
            continue
        found = _AGAIN.search(line.text)
        if found and int(found["times"]) >= _TOO_OFTEN:
            return misconfigured(process, line, PROBE, evidence)
    return None


def unready(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return the one worker that is not ready, or else a frontend that finds none of several."""
    if not evidence.came:
        return None
    for name, line in evidence.where.nobody.items():
        if evidence.well_since(line):
            continue
        probed = list(_unready(plan, evidence))
        if len({process.step for process, _ in probed}) == 1:
            return misconfigured(*probed[0], PROBE, evidence)
        front = next(item for item in plan.processes if item.name == name)
        return misconfigured(front, line, LOOK, evidence)
    return None


def _unready(plan: LaunchPlan, evidence: Evidence) -> Iterator[tuple[Process, Line]]:
    for process in plan.processes:
        if plan.worker(process.step) and (line := evidence.where.probed.get(process.name)):
            yield process, line
