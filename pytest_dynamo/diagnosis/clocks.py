# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whether the clocks of two nodes differ, by lines of which one must have followed the other.

A frontend lists a model after a worker of it has registered. If by their lines it did so before,
the worker's clock is ahead; leases and credentials then end too early.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.places import node_of
from pytest_dynamo.diagnosis.stamps import stamp

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

#: What a busy node may take to write a line.
_LEAST_S = 2.0


def difference(plan: LaunchPlan, evidence: Evidence) -> str | None:
    """Return which node's clock is ahead of which, None where nothing shows it."""
    registered = {}
    for heard in evidence.heard.values():
        for rank, speaker in heard.each():
            if speaker.step == "registered" and speaker.at and (at := stamp(speaker.at.text)):
                registered[heard.process.step] = (at, node_of(plan, heard.process, rank))
    if not registered or registered.keys() != {worker.name for worker in plan.workers}:
        return None  # a model is listed after its first worker, which may be one that is not heard
    earliest, ahead = min(registered.values())
    frontend = next((item for item in plan.processes if item.kind == "frontend"), None)
    listed = evidence.listed.get(earliest.way)
    if frontend is None or listed is None or earliest.seconds - listed.seconds < _LEAST_S:
        return None
    seconds = earliest.seconds - listed.seconds
    behind = node_of(plan, frontend, None)
    if ahead == behind:
        return None
    return f"by its lines the clock of {ahead} is at least {seconds:.1f} s ahead of {behind}'s"
