# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A worker that takes another part than the topology gives it: prefill, decode, or both.

Nothing fails as it begins: without ``--disaggregation-mode`` it takes both parts, and the frontend
has no prefill, or decode is asked for what none prepared.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.candidates import misconfigured

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.candidates import Candidate
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

_TOLD = re.compile(
    r"\bdisaggregation_mode=<?DisaggregationMode\.(?P<mode>AGGREGATED|PREFILL|DECODE)\b"
)
#: The part that the topology's roles have, by the words of Dynamo.
_PARTS = {"prefill": "PREFILL", "decode": "DECODE", "agg": "AGGREGATED"}


def mode_of(text: str) -> str | None:
    """Return the part that a line says a worker takes, in Dynamo's words."""
    match = _TOLD.search(text)
    return match["mode"] if match else None


def another_part(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return who takes another part than the topology gives it, None if nobody says so."""
    for process in plan.processes:
        worker = plan.worker(process.step)
        line, mode = evidence.where.modes.get(process.name, (None, None))
        if worker is None or line is None or process.step in evidence.together:
            continue
        wanted = _PARTS.get(worker.role)
        if wanted is None or mode == wanted:
            continue
        remedy = f"start it as {worker.role} (--disaggregation-mode {worker.role})"
        return misconfigured(process, line, remedy, evidence)
    return None
