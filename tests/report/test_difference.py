# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Two run directories are named in one word, and told apart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.report.difference import told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Path]:
    """Write what a run leaves that the comparison reads."""

    def write(name: str, driver: str, verdict: str | None = "pass") -> Path:
        path = tmp_path / name
        path.mkdir()
        (path / "lock.json").write_text(json.dumps({"versions": {"pytest": "9.0"}}))
        (path / "nodes.json").write_text(json.dumps({"nodes": {"n1": {"driver": driver}}}))
        if verdict:
            (path / "report.json").write_text(json.dumps({"verdict": verdict, "why": "so it is"}))
        return path

    return write


def test_how_both_ended_stands_above_what_differs(run: Callable[..., Path]) -> None:
    a, b = run("a", "580.1"), run("b", "570.2", "infrastructure")

    assert told(f"{a},{b}").splitlines() == [
        f"A {a}: pass: so it is",
        f"B {b}: infrastructure: so it is",
        "",
        "nodes",
        "  driver",
        "    A 580.1",
        "    B 570.2",
    ]


def test_runs_that_are_alike_are_said_to_be(run: Callable[..., Path]) -> None:
    a, b = run("with, a comma", "580.1"), run("b, too", "580.1", None)

    text = told(f"{a},{b}")

    assert "no difference in" in text
    assert f"B {b}: without a verdict" in text


@pytest.mark.parametrize(
    ("pair", "says"),
    [
        ("here", "two run directories are needed"),
        (",,", "two run directories are needed"),
        ("here,", "nothing: no such directory"),
        ("here,nowhere", "nowhere: no such directory"),
        ("here,empty", "empty: holds no lock.json"),
    ],
)
def test_what_is_no_pair_of_runs_is_named(
    pair: str,
    says: str,
    run: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("here", "580.1")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(TopologyError, match=says):
        told(pair)
