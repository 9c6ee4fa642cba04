# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What became of every test, counted as the verdict and ``report.json`` want it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.report import Judged, Outcome
from pytest_dynamo.diagnosis.verdict import Outcomes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

#: The gravest first: a test is what its gravest phase or subtest was.
_GRAVITY: Sequence[Outcome] = ("error", "failed", "blocked", "unproven", "skipped", "passed")


class Tally:
    """Hears every report of a run; in the controller they arrive from every worker."""

    def __init__(self) -> None:
        self._tests: dict[str, Judged] = {}
        self._live_passed = 0
        self._unproven = 0

    def hear(self, report: pytest.TestReport) -> None:
        """Take one report of a phase, or of a subtest."""
        outcome = _outcome(report)
        live = "dynamo" in report.keywords
        self._live_passed += live and outcome == "passed" and report.when == "call"
        self._unproven += outcome == "unproven"
        known = self._tests.get(report.nodeid)
        # set-up and take-down that pass say nothing of a test
        if report.when != "call" and outcome == "passed":
            return
        if known and _GRAVITY.index(known.outcome) <= _GRAVITY.index(outcome):
            return
        config = "dynamo_config" in report.keywords
        self._tests[report.nodeid] = Judged(
            test=report.nodeid,
            outcome=outcome,
            subject="deployment" if live else "configuration" if config else "other",
            reason=_reason(report) if outcome in ("skipped", "unproven") else None,
        )

    @property
    def tests(self) -> tuple[Judged, ...]:
        """Every test that had an outcome, in the order in which they had it."""
        return tuple(self._tests.values())

    @property
    def outcomes(self) -> Outcomes:
        """What the verdict needs."""
        return Outcomes(
            live_passed=self._live_passed,
            live_failed=self._failed("deployment"),
            config_failed=self._failed("configuration"),
            unproven=self._unproven,
        )

    def _failed(self, subject: str) -> tuple[str, ...]:
        bad = ("failed", "error", "blocked")
        return tuple(
            each.test for each in self.tests if each.subject == subject and each.outcome in bad
        )


def _outcome(report: pytest.TestReport) -> Outcome:
    if getattr(report, "dynamo_blocked", False):
        return "blocked"
    if getattr(report, "dynamo_unproven", None):
        return "unproven"
    if report.failed:
        return "failed" if report.when == "call" else "error"
    return "skipped" if report.skipped else "passed"


def _reason(report: pytest.TestReport) -> str | None:
    """Return why a test was skipped: the last of what pytest keeps of a skip."""
    if found := getattr(report, "dynamo_unproven", None):
        return str(found)
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return None
