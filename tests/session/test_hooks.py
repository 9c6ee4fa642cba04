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
from pytest_dynamo.launch.local import LAUNCHER

class Mine:
    name = "local"
    def plan(self, topology, cluster):
        plan = LAUNCHER.plan(topology, cluster)
        return type(plan)(**{**{f: getattr(plan, f) for f in plan.__dataclass_fields__},
                             "notes": ("launched by mine",)})

def pytest_dynamo_make_launcher(name):
    return Mine() if name == "mine" else None
"""


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
