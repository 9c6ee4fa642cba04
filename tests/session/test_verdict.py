# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A run that checked nothing live is no success, and CI can tell the verdicts apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from running import Run

SKIPPED = "import pytest\n@pytest.mark.skip(reason='not today')\ndef test_it(deployment): pass\n"
CONFIG = "def test_it(topology): pass\n"
FORBIDDEN = ("--topology=local_agg", "--dynamo-set=services.nats_port=8000")


@pytest.mark.parametrize(
    ("tests", "ini", "status"),
    [(SKIPPED, "false", 1), (CONFIG, "true", 14)],
    ids=["all skipped", "none live"],
)
def test_a_run_without_a_live_check_does_not_pass(
    tests: str, ini: str, status: int, start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(tests)

    run = start_pytest("--topology=local_agg", "-o", f"dynamo_exit_codes={ini}", "test_it.py")

    assert run.wait() == status, run.text
    report = Report.model_validate(run.json("report.json"))
    assert (report.verdict, report.why) == ("unproven", "no live check ran")
    assert (report.live_passed, report.exit_status) == (0, status)
    assert run.text.strip().splitlines()[-1].startswith("dynamo: verdict: unproven (stand-in): ")
    assert run.events() == []


def test_ci_can_tell_a_wrong_configuration_from_the_rest(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text("def test_it(deployment): pass\n")

    run = start_pytest(
        *FORBIDDEN, "-o", "dynamo_exit_codes=true", "--junit-xml=junit.xml", "test_it.py"
    )

    assert run.wait() == 10, run.text
    report = Report.model_validate(run.json("report.json"))
    assert report.verdict == report.judge().word == "config"
    assert [each.outcome for each in report.tests] == ["error"]
    junit = (place / "junit.xml").read_text()
    assert '<property name="dynamo.exit_status" value="10"' in junit
    assert '<property name="dynamo.phase" value="configuration"' in junit
