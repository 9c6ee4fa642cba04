# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the documents name exists, and what a user needs to know is named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from commands import said

from pytest_dynamo import plugin
from pytest_dynamo.diagnosis.verdict import Word
from pytest_dynamo.supervisor.rundir import RunDir
from pytest_dynamo.topology import places
from pytest_dynamo.topology.overrides import ENVIRONMENT

CHECKOUT = Path(__file__).parent.parent
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    CHECKOUT / "README.md", CHECKOUT / "CHANGELOG.md", *sorted((CHECKOUT / "docs").glob("*.md")),
]  # fmt: skip
VENV = "python3 -m venv .venv && .venv/bin/pip install -e"
SIDE_BY_SIDE = "-n 2 --dist=loadfile --no-loadscope-reorder"


def section(title: str) -> str:
    """Return the part of the README under a heading."""
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """Return the cells of a Markdown table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def quoted(cell: str) -> list[str]:
    """Return what stands between backquotes."""
    return re.findall(r"`([^`]+)`", cell)


class Added:
    """Takes down which options and ini keys are added."""

    def __init__(self) -> None:
        self.options: list[str] = []
        self.ini: list[str] = []

    def getgroup(self, *_: str) -> Added:
        return self

    def addoption(self, name: str, **_: object) -> None:
        self.options.append(name)

    def addini(self, name: str, *_: str, **__: object) -> None:
        self.ini.append(name)


@pytest.mark.parametrize(
    ("marker", "command"),
    [
        ("first", f"{VENV} '.[dynamo]' && .venv/bin/pytest --topology=wide_ep_disagg"),
        ("test", f"{VENV} '.[dynamo,test]' && .venv/bin/pytest tests {SIDE_BY_SIDE}"),
    ],
)
def test_the_gate_runs_the_two_commands_of_the_readme(marker: str, command: str) -> None:
    gate = (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8")
    (function,) = re.findall(r"^command_of\(\) \{\n.*?\n\}$", gate, re.MULTILINE | re.DOTALL)
    script = f"{function}\ncommand_of {marker}"

    found = said("bash", "-c", script, cwd=CHECKOUT)

    assert f"{command}\n" == found
    assert f'bash -euo pipefail -c "$(command_of {marker})"' in gate


def test_every_option_and_ini_key_is_in_the_table() -> None:
    added: Any = Added()  # takes the place of pytest's parser
    plugin.pytest_addoption(added)

    table = rows(section("Options"))

    assert added.options == [name.split("=")[0] for row in table for name in quoted(row[0])]
    assert sorted(added.ini) == sorted(name for row in table for name in quoted(row[2]))


def test_every_topology_is_in_the_table() -> None:
    shipped = {}
    for name, file in places.names([places.bundled()]).items():
        topology = places.load(str(file), [])
        shipped[name] = (topology.origin.guide if topology.origin else "-", str(topology.ranks))

    listed = {quoted(row[0])[0]: (row[1], row[3]) for row in rows(section("Topologies"))}

    assert shipped == listed


def test_every_variable_of_the_guides_is_named() -> None:
    paragraph = section("Coming from a guide").split("```")[0]

    assert list(ENVIRONMENT) == quoted(paragraph)[: len(ENVIRONMENT)]


def test_every_verdict_is_in_the_table() -> None:
    table, _ = section("The verdict").split("\nMisuse")

    assert sorted(get_args(Word)) == sorted(quoted(row[0])[0] for row in rows(table))


def test_the_files_of_a_run_are_those_in_the_table() -> None:
    run = RunDir(Path("run"))
    table = section("The verdict").split("Everything a run did")[1]
    known = {
        path.name: f"{path.name}/" if path == run.logs else path.name
        for path in (getattr(run, name) for name in vars(RunDir) if not name.startswith("_"))
        if isinstance(path, Path)
    }

    named = {name for row in rows(table) for name in quoted(row[0])}

    # run.json and supervisor.log are for whoever works on the plugin
    assert set(known.values()) - {"run.json", "supervisor.log", "run"} == named


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))

    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (document.parent / link).exists()] == []


def test_no_option_is_named_that_does_not_exist() -> None:
    options = {
        name.split("=")[0] for row in rows(section("Options")) for name in quoted(row[0])
    }

    for document in DOCUMENTS:
        named = set(re.findall(r"--(?:dynamo-[a-z-]+|topolog\w+)", document.read_text("utf-8")))
        assert named - options == set(), document.name


def test_the_picture_of_the_house_has_every_folder() -> None:
    text = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    folders = {path.parent.name for path in (CHECKOUT / "pytest_dynamo").glob("*/__init__.py")}

    (picture,) = re.findall(r"```\n(.*?)```", text, re.DOTALL)
    assert folders | {"suites", "logs"} == set(re.findall(r"(\w+)/", picture))


def test_what_the_first_screen_shows_fits_a_screen() -> None:
    before = README.split("<!-- test command -->")[0].splitlines()

    assert len(before) < 24
