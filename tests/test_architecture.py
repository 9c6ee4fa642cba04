# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Holds the floors of the house: who imports whom, who touches the world, and one name once."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "pytest_dynamo"
FLOORS = {
    "redaction": -1,  # even an error's text asks for it
    "catalogues": 0, "errors": 0, "release": 0, "findings": 0, "data": 0, "client": 1,
    "standin": 1, "topology": 2, "engines": 3, "rules": 3, "launch": 4, "watch": 5,
    "known_issues": 5, "diagnosis": 6,
    "supervisor": 7, "report": 8, "session": 8, "hookspecs": 8, "options": 8, "plugin": 9,
}  # fmt: skip
#: module -> the only rooms that may import it
ONLY = {
    "subprocess": {"supervisor"},
    "httpx": {"client"},
    "httpcore": {"client"},
    "filelock": {"session/sharing.py"},
    "pytest": {"report", "session", "plugin.py", "options.py", "hookspecs.py"},
    "_pytest": {"report"},
}
PURE = {"topology", "engines", "rules", "launch", "watch", "known_issues", "diagnosis"}
#: rooms and files below the supervisor that may read files: where topologies and facts come from
READERS = {
    "topology/places.py",
    "topology/facts.py",
    "topology/versions.py",
    "rules/_schema.py",  # a table of data/
}
WORLD = {"time", "socket", "subprocess", "threading", "random", "shutil", "tempfile", "signal"}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
SOURCES = sorted(
    path
    for room in ("pytest_dynamo", "tests", "suites", "benchmarks")
    for path in (PACKAGE.parent / room).rglob("*.py")
)


def imports(path: Path) -> list[tuple[str, bool]]:
    """Return every module a file imports, and whether at run time rather than for types alone."""
    tree = ast.parse(path.read_text())
    typed = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and ast.unparse(branch.test) == "TYPE_CHECKING"
        for node in ast.walk(branch)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) not in typed) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "pytest_dynamo":
                found += [(f"{node.module}.{a.name}", id(node) not in typed) for a in node.names]
            else:
                found.append((node.module, id(node) not in typed))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down_only(path: Path) -> None:
    name = str(path.relative_to(PACKAGE))
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")

    wrong = [
        module
        for module, _ in imports(path)
        if module.startswith("pytest_dynamo.")
        and (other := module.split(".")[1]) != room
        and FLOORS[other] >= FLOORS[room]
    ]

    assert wrong == []
    assert [
        module
        for module, _ in imports(path)
        if (rooms := ONLY.get(module.split(".")[0])) and not ({room, name, f"{room}.py"} & rooms)
    ] == []


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.relative_to(PACKAGE).parts[0] in PURE],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_the_pure_rooms_touch_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text())
    name = str(path.relative_to(PACKAGE))
    calls = {
        node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }

    assert {module for module, runs in imports(path) if runs} & WORLD == set()
    assert "os" not in {module for module, _ in imports(path)}
    if name not in READERS:
        assert calls & {"open", "read_text", "read_bytes", "is_file", "exists", "iterdir"} == set()


def given_twice(source: str) -> list[str]:
    """Return the names that a module gives to a second thing, which its functions see instead."""
    body = ast.parse(source).body
    targets = [
        target
        for node in body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    names = Counter(target.id for target in targets if isinstance(target, ast.Name))
    return [name for name, times in names.items() if times > 1]


@pytest.mark.parametrize(
    ("source", "twice"), [("A = 1\nB = A\nA = 2", ["A"]), ("A = 1\ndef f(A):\n  A = 2", [])]
)
def test_a_name_given_twice_is_found(source: str, twice: list[str]) -> None:
    assert given_twice(source) == twice


def test_no_module_gives_a_name_to_a_second_thing() -> None:
    """A test above it would speak of the later one, and nothing would tell."""
    twice = {str(path.name): found for path in SOURCES if (found := given_twice(path.read_text()))}

    assert twice == {}


def test_the_door_imports_nothing_heavy() -> None:
    probe = "import sys, pytest; import pytest_dynamo.plugin; print(*sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    ).stdout.split()

    assert {"pydantic", "yaml", "httpx", "filelock"} & set(loaded) == set()
