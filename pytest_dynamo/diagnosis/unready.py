# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A frontend that finds nobody in Kubernetes, although workers have registered.

It takes those alone that an EndpointSlice calls ready, of its own namespace of Dynamo. So a worker
whose readiness probe asks at the wrong port serves nobody, and says nothing of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.candidates import misconfigured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.diagnosis.candidates import Candidate
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan, Process
    from pytest_dynamo.watch.lines import Line

_NOBODY = re.compile(r"\bKubeDiscoveryClient::list returning 0 instances\b")
_UNREADY = re.compile(r"\bReadiness probe failed: ")
LOOK = (
    "see whether its pods are ready (kubectl get endpointslices), and give workers and frontend "
    "the same namespace (DYN_NAMESPACE)"
)
PROBE = "have the readiness probe ask where the worker answers: its port, its path, its program"


def finds_nobody(text: str) -> bool:
    """Return whether a frontend says that Kubernetes knows of nobody whom it looks for."""
    return _NOBODY.search(text) is not None


def is_unready(text: str) -> bool:
    """Return whether Kubernetes says that a pod is not ready."""
    return _UNREADY.search(text) is not None


def unready(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return the one worker that is not ready, or else a frontend that finds none of several."""
    registered = ("registered" in evidence.took.get(worker.name, {}) for worker in plan.workers)
    if not any(registered):
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
        if plan.worker(process.step) and (line := evidence.where.unready.get(process.name)):
            yield process, line
