# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any, Literal

import pytest

from pytest_dynamo.session.outcomes import Tally

LIVE = {"dynamo": 1}
CONFIG = {"dynamo_config": 1}


def phase(
    outcome: Literal["passed", "failed", "skipped"],
    when: Literal["setup", "call", "teardown"] = "call",
    keywords: dict[str, int] = LIVE,
    name: str = "test_a",
    **marks: object,
) -> pytest.TestReport:
    reason: Any = ("f.py", 1, "Skipped: no images") if outcome == "skipped" else None
    report = pytest.TestReport(name, ("f.py", 1, name), keywords, outcome, reason, when)
    vars(report).update(marks)
    return report


def tally(*reports: pytest.TestReport) -> Tally:
    made = Tally()
    for report in reports:
        made.hear(report)
    return made


def test_a_run_whose_live_checks_were_all_skipped_passed_none() -> None:
    found = tally(phase("passed", "setup"), phase("skipped", "setup"), phase("passed", "teardown"))

    assert 0 == found.outcomes.live_passed
    assert [("skipped", "no images")] == [(each.outcome, each.reason) for each in found.tests]


@pytest.mark.parametrize(
    ("reports", "outcome"),
    [
        ([phase("passed")], "passed"),
        ([phase("passed"), phase("failed", "teardown")], "error"),
        ([phase("failed", "setup")], "error"),
        ([phase("failed"), phase("passed", "teardown")], "failed"),
        ([phase("passed"), phase("failed"), phase("passed")], "failed"),
        ([phase("failed", "setup", dynamo_blocked=True)], "blocked"),
        ([phase("skipped", "setup", dynamo_unproven="no GPU")], "unproven"),
        ([phase("skipped"), phase("passed")], "skipped"),
    ],
)
def test_a_test_is_what_its_gravest_phase_was(
    reports: list[pytest.TestReport], outcome: str
) -> None:
    assert [outcome] == [each.outcome for each in tally(*reports).tests]


def test_a_test_that_fails_in_a_subtest_and_as_a_whole_counts_once() -> None:
    found = tally(phase("failed"), phase("failed"))

    assert ("test_a",) == found.outcomes.live_failed


def test_failures_are_told_apart_by_what_is_judged() -> None:
    found = tally(
        phase("failed", keywords=CONFIG, name="test_rule"),
        phase("failed", name="test_chat"),
        phase("failed", keywords={}, name="test_own"),
    )

    assert ("test_rule",) == found.outcomes.config_failed
    assert ("test_chat",) == found.outcomes.live_failed
    assert ["configuration", "deployment", "other"] == [each.subject for each in found.tests]


def test_what_could_not_be_proven_is_no_live_check() -> None:
    found = tally(phase("skipped", dynamo_unproven="a recorded run"))

    assert (0, 1) == (found.outcomes.live_passed, found.outcomes.unproven)
    assert "a recorded run" == found.tests[0].reason
