# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Shows how two runs ended, and what differs between them."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_dynamo.diagnosis.difference import differences
from pytest_dynamo.errors import TopologyError
from pytest_dynamo.supervisor.rundir import RunDir, read_json

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.difference import Difference

#: Characters of a value that are shown.
_SHOWN = 160


def told(pair: str) -> str:
    """Return what differs between the runs of ``A,B``, for a person.

    Raises:
        TopologyError: these are not two run directories.
    """
    a, b = _directories(pair)
    records = _record(a), _record(b)
    lines = [f"A {_ended(a)}", f"B {_ended(b)}"]
    found = differences(*records)
    if not found:
        lines += ["", "no difference in topology, engine files, versions, environment or nodes"]
    for section, items in groupby(found, key=lambda item: item.section):
        lines += ["", section]
        for item in items:
            lines += _shown(item)
    return "\n".join([*lines, ""])


def _directories(pair: str) -> tuple[Path, Path]:
    """Return the two directories; a comma may also be a part of their names."""
    commas = [index for index, letter in enumerate(pair) if letter == ","]
    for index in commas:
        a, b = pair[:index], pair[index + 1 :]
        if a and b and Path(a).is_dir() and Path(b).is_dir():
            return Path(a), Path(b)
    if len(commas) != 1:
        raise TopologyError("two run directories are needed", remedy="--dynamo-diff=A,B")
    missing = next(name for name in pair.split(",") if not name or not Path(name).is_dir())
    raise TopologyError("no such directory", where=missing or "nothing", remedy="check the path")


def _record(path: Path) -> dict[str, Any]:  # Any: JSON
    run = RunDir(path)
    lock = read_json(run.lock)
    if lock is None:
        raise TopologyError(
            "holds no lock.json: it is no run directory, or of a release before there was one",
            where=str(path),
            remedy="name a directory that a run has written",
        )
    return {**lock, **(read_json(run.nodes) or {})}


def _ended(path: Path) -> str:
    report = read_json(RunDir(path).report)
    if report is None:
        return f"{path}: without a verdict: it did not end by itself, or has not ended"
    return f"{path}: {report['verdict']}: {report['why']}"


def _shown(item: Difference) -> list[str]:
    name = [f"  {item.key}"] if item.key else []
    return [*name, f"    A {_short(item.a)}", f"    B {_short(item.b)}"]


def _short(value: str | None) -> str:
    if value is None:
        return "-"
    text = " ".join(value.split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} ..."
