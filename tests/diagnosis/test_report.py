# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from pytest_dynamo.diagnosis.diagnose import Diagnosis
from pytest_dynamo.diagnosis.report import Judged, Left, Report, TakeDown, schema

DIAGNOSIS = Diagnosis(
    phase="load",
    kind="exit",
    where="rank 5 of decode0 on node2",
    what="ended with SIGKILL during load",
    fault="infrastructure",
    said=("a", "b"),
)
LEFT = Left(kind="port", where="node1", what="port 80 still listens", remedy="ss -ltnp")
TEARDOWN = TakeDown(
    reason="the end", seconds=0.5, killed=(), removed=(), leftover=(), unproven=("GPU memory",)
)
GOOD = Report(
    verdict="pass",
    why="7 live check(s)",
    exit_status=0,
    topology="local_agg",
    launcher="local",
    stand_in="no GPU",
    live_passed=7,
    live_failed=(),
    config_failed=(),
    unproven=0,
    interrupted=False,
    took_s={"load": 0.5},
    diagnosis=None,
    teardown=TEARDOWN,
    kept=False,
    tests=(Judged(test="a.py::b", outcome="passed", subject="deployment"),),
)


def changed(**fields: object) -> Report:
    return GOOD.model_copy(update=fields)


def resolved(part: dict[str, Any]) -> set[str]:
    """Return the keys that the schema knows, of the report or of a part of it."""
    return set(part["properties"])


def test_a_report_reads_back_as_it_was_written() -> None:
    report = changed(diagnosis=DIAGNOSIS)

    assert report == Report.model_validate(json.loads(json.dumps(report.to_dict())))


def test_the_schema_names_every_key_that_is_written_and_no_other() -> None:
    made = schema()
    written = changed(diagnosis=DIAGNOSIS).to_dict()

    assert set(written) == resolved(made)
    assert set(written["diagnosis"]) == resolved(made["$defs"]["Diagnosis"])
    assert set(written["teardown"]) == resolved(made["$defs"]["TakeDown"])
    assert set(written["tests"][0]) == resolved(made["$defs"]["Judged"])


def test_a_key_that_is_not_in_the_schema_is_refused() -> None:
    with pytest.raises(ValidationError, match="exit_code"):
        Report.model_validate({**GOOD.to_dict(), "exit_code": 0})


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "pass"),
        ({"live_passed": 0}, "unproven"),
        ({"interrupted": True}, "unproven"),
        ({"diagnosis": DIAGNOSIS}, "infrastructure"),
        ({"diagnosis": replace(DIAGNOSIS, fault="config")}, "config"),
        ({"live_failed": ("a.py::b",)}, "product"),
        ({"config_failed": ("a.py::b",)}, "config"),
        ({"teardown": TEARDOWN.model_copy(update={"leftover": (LEFT,)})}, "leftover"),
        ({"teardown": None, "not_stopped": "it did not end within 30 s"}, "leftover"),
    ],
)
def test_the_verdict_follows_from_what_is_recorded(fields: dict[str, object], word: str) -> None:
    report = changed(**fields)

    assert word == report.judge().word
