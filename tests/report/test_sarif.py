# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sarif_pydantic import Sarif

from pytest_dynamo import rules
from pytest_dynamo.findings import LEVELS, Finding, Where
from pytest_dynamo.report.sarif import sarif, workflow_commands, write

if TYPE_CHECKING:
    from pathlib import Path

FOUND = Finding(
    "DYN405",
    "ports-collide",
    "error",
    Where("topologies/a b;'x.yaml", 31, 5),
    "port 8000 is given twice",
    "give each its own",
)
SAID = Finding("SITE1", "no-partition", "warning", Where("environment IMAGE"), "50%\nof it", "")


def test_a_log_fits_the_schema_and_says_where() -> None:
    log = Sarif.model_validate(sarif([FOUND, SAID], "0.1.0"))

    first, second = log.runs[0].results or []
    assert first.rule_id == "DYN405"
    assert first.level.value == "error"
    location = (first.locations or [])[0].physical_location
    assert location is not None
    assert location.artifact_location is not None
    assert location.artifact_location.uri == "topologies/a%20b%3B%27x.yaml"
    assert location.region is not None
    assert (location.region.start_line, location.region.start_column) == (31, 5)
    assert second.level.value == "warning"


def test_every_rule_is_described_and_every_result_points_at_its_own() -> None:
    run = sarif([FOUND, SAID], "0.1.0")["runs"][0]
    described = run["tool"]["driver"]["rules"]

    assert {rule.code for rule in rules.catalogue()} <= {rule["id"] for rule in described}
    assert [described[result["ruleIndex"]]["id"] for result in run["results"]] == [
        "DYN405",
        "SITE1",
    ]


@given(
    st.lists(
        st.builds(
            Finding,
            st.sampled_from(["DYN405", "X1"]),
            st.just("name"),
            st.sampled_from(LEVELS),
            st.builds(
                Where,
                st.text(min_size=1),
                st.none() | st.integers(1, 9999),
                st.none() | st.integers(1, 999),
            ),
            st.text(min_size=1),
            st.text(),
        )
    )
)
def test_whatever_is_found_fits_the_schema_and_one_line_each(found: list[Finding]) -> None:
    log = sarif(found, "0.1.0")

    Sarif.model_validate(json.loads(json.dumps(log)))
    assert all("\n" not in line and "\r" not in line for line in workflow_commands(found))


def test_an_annotation_escapes_what_github_reads() -> None:
    assert workflow_commands([FOUND, SAID]) == [
        (
            "::error file=topologies/a b;'x.yaml,line=31,col=5,title=DYN405 ports-collide::"
            "port 8000 is given twice%0Aremedy: give each its own"
        ),
        "::warning file=environment IMAGE,title=SITE1 no-partition::50%25%0Aof it",
    ]


def test_it_is_written_as_json(tmp_path: Path) -> None:
    write(tmp_path / "found.sarif", [FOUND])

    assert json.loads((tmp_path / "found.sarif").read_text())["version"] == "2.1.0"
    with pytest.raises(OSError, match="No such file"):
        write(tmp_path / "none" / "found.sarif", [FOUND])
