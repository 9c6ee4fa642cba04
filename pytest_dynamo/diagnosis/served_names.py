# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A model that is asked for by another name than that by which a worker registered it.

Nothing fails then: the frontend lists a model, and answers 404 to all who ask for the other name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.candidates import misconfigured

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.candidates import Candidate
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.watch.lines import Line

_LISTED = re.compile(
    r"\b(?:added model|Committed discovered model group) model_name=\W?(?P<name>[\w./:-]+)"
)
_ASKED = re.compile(
    r"\bModel not found: `?(?P<name>[\w./:-]+\w)"
    r"|\bmodel=\W?(?P<other>[\w./:-]+\w)\W.*\b(?:status=404|error_type=not_found)\b"
)
_NAMELESS = re.compile(r"\bstatus=404 (?:path=|method=POST uri=)/v1/(?:chat/)?completions\b")
_SEVERAL = 2


def listed(text: str) -> str | None:
    """Return the name of a model that a line says the frontend lists."""
    match = _LISTED.search(text)
    return match["name"] if match else None


def asked(text: str) -> str | None:
    """Return the name of a model that a line says the frontend does not know."""
    match = _ASKED.search(text)
    return (match["name"] or match["other"]) if match else None


def _absent(line: Line) -> bool:
    return asked(line.text) is not None or _NAMELESS.search(line.text) is not None


def another_name(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return a frontend that lists one model and was asked for another alone, None if none is.

    It may be asked for anything now and then: so several requests did, and none was served since.
    """
    for heard in evidence.heard.values():
        if heard.process.kind != "frontend":
            continue
        names = evidence.where.listed_names.get(heard.process.name, set())
        lines = [line for _, each in heard.each() for line in each.unanswered if _absent(line)]
        # who does not say for what it was asked was asked for what the deployment is to serve
        others = {asked(line.text) or plan.model for line in lines} - names
        if len(names) != 1 or len(others) != 1 or len(lines) < _SEVERAL:
            continue
        if any(evidence.well_since(line) for line in lines):
            continue
        (name,) = names
        remedy = f"serve it as it is asked for (--served-model-name), or ask for {name}"
        return misconfigured(heard.process, lines[0], remedy, evidence)
    return None
