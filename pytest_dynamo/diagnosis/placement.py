# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""An engine of vLLM that waits for more GPUs than its Ray cluster has, until the record ends.

It says for how long, at twice the time each, and gives up after half an hour.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo import known_issues
from pytest_dynamo.diagnosis.candidates import Candidate
from pytest_dynamo.diagnosis.ends import told_of
from pytest_dynamo.diagnosis.explanation import Explanation

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

#: vllm/executor/ray_utils.py: it looks after 10 s, 30 s, 70 s, and so on.
_WAITS = re.compile(r"\bWaiting for creating a placement group of specs for (?P<s>\d+) seconds")
#: So long no node takes that is on its way to a cluster whose engine has begun.
_LONG_S = 300
#: What else may be said by then, as of what comes to other processes of its log.
_LAST = 3


def unplaced(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return the engine that waits for GPUs of its cluster, None if none does."""
    issue = known_issues.get("ray-gpus-too-few")
    for process in plan.processes:
        for line in evidence.heard[process.name].said()[-_LAST:]:
            if (match := _WAITS.search(line.text)) and int(match["s"]) >= _LONG_S:
                why = Explanation(line, issue.fault, issue.hint, issue, "medium")
                return Candidate(told_of(process, line, evidence), why, ())
    return None
