# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The launch plan of every topology that ships, word for word.

After a change that is meant, ``UPDATE_GOLDEN=1 pytest tests/launch/test_golden.py`` writes the
files anew; the difference is to be read like code.
"""

from __future__ import annotations

import os
from pathlib import Path

import planning
import pytest

from pytest_dynamo.launch import local, ray, slurm
from pytest_dynamo.launch.plan import check_plan
from pytest_dynamo.topology import places

GOLDEN = Path(__file__).parent.parent / "golden"
TOPOLOGIES = sorted(places.names([places.bundled()]))
LAUNCHERS = {"slurm": slurm.LAUNCHER, "local": local.LAUNCHER}


@pytest.mark.parametrize("launcher", LAUNCHERS)
@pytest.mark.parametrize("name", TOPOLOGIES)
def test_the_plan_is_the_one_that_was_reviewed(
    name: str, launcher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a path below here would be shown shortened
    topology = places.load(name, [places.bundled()])
    plan = LAUNCHERS[launcher].plan(topology, planning.cluster(topology))
    check_plan(plan)
    script = plan.script().replace(str(places.bundled()), "/topologies")
    file = GOLDEN / launcher / f"{name}.sh"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(script)

    assert file.read_text() == script


def test_no_golden_file_is_left_of_a_topology_that_is_gone() -> None:
    files = {
        f"{launcher}/{file.stem}"
        for launcher in LAUNCHERS
        for file in (GOLDEN / launcher).iterdir()
    }

    assert {f"{launcher}/{name}" for launcher in LAUNCHERS for name in TOPOLOGIES} == files


@pytest.mark.parametrize("name", [name for name in TOPOLOGIES if name.endswith("_ray")])
def test_ray_plans_as_slurm_does(name: str) -> None:
    topology = places.load(name, [places.bundled()])
    cluster = planning.cluster(topology)

    by_ray, by_slurm = ray.LAUNCHER.plan(topology, cluster), slurm.LAUNCHER.plan(topology, cluster)

    assert by_ray.processes == by_slurm.processes
    assert ("ray", "slurm") == (by_ray.launcher, by_slurm.launcher)
