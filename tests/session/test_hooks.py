# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A conftest adds rules and launchers of its own, and fixtures of a project use ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from running import Run, needs_dynamo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RULE = """
from pytest_dynamo.findings import Finding

def pytest_dynamo_rules(topology):
    yield Finding("SITE1", "no-partition", "error", topology.where(("hardware",)),
                  "this site wants a partition", "ask the site")
"""
LAUNCHER = """
from dataclasses import replace
from pytest_dynamo.launch.local import LAUNCHER

class Mine:
    name = "local"
    def plan(self, topology, cluster):
        plan = LAUNCHER.plan(topology, cluster)
        *others, last = plan.processes
        # which does not start with another word in the place of the secret
        check = ("sh", "-c", 'test ${#SITE_API_KEY} = 13 && exec "$@"', "sh")
        words = ("env", "SITE_API_KEY=sesame-open-9", *check, *last.tokens)
        last = replace(last, tokens=words)
        plan = replace(plan, processes=(*others, last))
        return type(plan)(**{**{f: getattr(plan, f) for f in plan.__dataclass_fields__},
                             "notes": ("launched by mine",)})

def pytest_dynamo_make_launcher(name):
    return Mine() if name == "mine" else None
"""
KNOWN = """
from pytest_dynamo.known_issues import issue

SCRATCH = '''The scratch file system of this site is being served.

Why: It is away on the first Monday of a month, from six to nine.

Remedy: Start again after nine.

Source: The site's calendar
'''

def pytest_dynamo_known_issues():
    yield issue(SCRATCH, "SITE1", "CODE", role="root", fault="infrastructure", engine="site",
                texts=("the rehearsal asked for it",),
                samples=(" 3: the rehearsal asked for it",), near_misses=("scratch: mounted",))
"""


@needs_dynamo
def test_a_known_issue_of_a_conftest_is_recognised_and_explained(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "conftest.py").write_text(KNOWN.replace("CODE", "scratch-served"))
    (place / "test_it.py").write_text("def test_it(deployment): pass\n")
    fault = "--dynamo-set=environment.STANDIN_FAULT=agg0:0@load=0.3:exception"

    told = start_pytest("--dynamo-explain=SITE1", name="told")
    run = start_pytest("--topology=local_agg", fault, "test_it.py", name="failing")

    assert told.wait() == pytest.ExitCode.OK, told.text
    assert "It is away on the first Monday of a month" in told.text
    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert "known issue: SITE1" in run.text
    assert "remedy: start again after nine" in run.text
    assert run.json("report.json")["verdict"] == "infrastructure"
    replay = f"--dynamo-replay={run.directory}"
    again = start_pytest(replay, "--noconftest", "test_it.py", name="again")
    again.wait()
    assert again.json("report.json")["diagnosis"]["known_issue"] == "SITE1"


@pytest.mark.parametrize(
    ("conftest", "word"),
    [
        (KNOWN.replace("CODE", "heads-do-not-divide"), "heads-do-not-divide is another issue's"),
        ("def pytest_dynamo_known_issues(): return [1]\n", "1 is no Issue"),
    ],
)
def test_a_known_issue_that_cannot_be_one_is_misuse(
    conftest: str, word: str, start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "conftest.py").write_text(conftest)

    run = start_pytest("--dynamo-explain=DYN101")

    assert run.wait() == pytest.ExitCode.USAGE_ERROR
    assert word in run.text


def test_a_rule_of_a_conftest_is_shown_and_may_be_allowed(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "conftest.py").write_text(RULE)
    (place / "test_it.py").write_text(
        "def test_it(dynamo_findings, topology):\n"
        "    assert 'SITE1' not in [each.code for each in dynamo_findings(topology)]\n"
    )
    arguments = ("--topology=local_agg", "--dynamo-dry-run", "test_it.py")

    strict = start_pytest(*arguments, name="strict")
    allowing = start_pytest(*arguments, "--dynamo-allow=no-partition", name="allowing")

    assert strict.wait() == pytest.ExitCode.TESTS_FAILED
    assert "error SITE1 no-partition: this site wants a partition" in strict.text
    assert allowing.wait() == pytest.ExitCode.OK, allowing.text


@needs_dynamo
def test_a_launcher_of_a_conftest_is_asked_first(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "conftest.py").write_text(LAUNCHER)
    (place / "test_it.py").write_text("def test_it(deployment): pass\n")

    run = start_pytest("--topology=local_agg", "--dynamo-launcher=mine", "test_it.py")

    assert run.wait() == pytest.ExitCode.OK, run.text
    assert "dynamo: note: launched by mine" in run.text
    # what it typed into a command line arrived there, and is in no file of the run
    assert "sesame" not in run.text
    files = [path for path in run.directory.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [path for path in files if b"sesame" in path.read_bytes()] == []


def test_a_topology_of_a_project_is_found_on_its_path(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "pytest.ini").write_text(
        "[pytest]\naddopts = -p no:cacheprovider\ndynamo_topology_path = mine\n"
    )
    (place / "mine").mkdir()
    (place / "mine" / "tiny.yaml").write_text(
        "description: tiny\nengine: trtllm\nversions: {dynamo: 1.6.1}\n"
        "model: {path: a, served_name: a}\nhardware: {gpu: H100, gpus_per_node: 8}\n"
        "roles: {agg: {parallel: {tp: 2}}}\n"
    )

    run = start_pytest("--topologies")

    assert run.wait() == pytest.ExitCode.OK, run.text
    assert "\ntiny " in run.text
    assert "\nwide_ep_disagg " in run.text


def test_an_unknown_code_is_refused(start_pytest: Callable[..., Run]) -> None:
    run = start_pytest("--dynamo-explain=DYN999")

    assert run.wait() == pytest.ExitCode.USAGE_ERROR
    assert "DYN999" in run.text


def test_a_code_is_explained(start_pytest: Callable[..., Run]) -> None:
    run = start_pytest("--dynamo-explain=ports-collide")

    assert run.wait() == pytest.ExitCode.OK
    assert "DYN405 ports-collide" in run.text
    assert "Remedy" in run.text
