# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the supervisor writes down for others: events as they come, and the state that holds now."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pytest_dynamo.supervisor.rundir import Appender, write_json

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.diagnose import Diagnosis
    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.redaction import Redactor
    from pytest_dynamo.supervisor.rundir import RunDir


class Telling:
    """Writes ``events.jsonl`` and ``deployment.json``, without secrets."""

    def __init__(self, run: RunDir, plan: LaunchPlan, redactor: Redactor) -> None:
        self.events = Appender(run.events)
        self._run = run
        self._plan = plan
        self._redactor = redactor

    def event(self, kind: str, **fields: object) -> None:
        """Write that something has happened."""
        event = {"at": round(time.time(), 3), "kind": kind, **fields}
        self.events.append(self._redactor.data(event))

    def state(
        self, state: str, *, diagnosis: Diagnosis | None = None, took_s: object = None
    ) -> None:
        """Write what the deployment is now."""
        write_json(
            self._run.deployment,
            {
                "state": state,
                "at": round(time.time(), 3),
                "base_url": self._plan.base_url,
                "model": self._plan.model,
                "took_s": took_s,
                "diagnosis": self._redactor.data(diagnosis.to_dict()) if diagnosis else None,
            },
        )

    def end(self, diagnosis: Diagnosis, state: str, **more: object) -> None:
        """Write the final state and why."""
        self.event(state, diagnosis=diagnosis.to_dict(), **more)
        self.state(state, diagnosis=diagnosis)
