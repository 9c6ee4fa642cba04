# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What every node has to see is what the topology names, by the nodes' own paths."""

from __future__ import annotations

from typing import Any

import planning
import pytest

from pytest_dynamo.launch import slurm
from pytest_dynamo.launch.visible import needed_paths


def needed(**changes: Any) -> tuple[str, ...]:  # Any: YAML data
    topology = planning.topology(**changes)
    plan = slurm.LAUNCHER.plan(topology, planning.cluster(topology))
    return needed_paths(topology, plan, "/home/me")


@pytest.mark.parametrize(
    ("image", "paths"),
    [
        ("/images/dynamo.sqsh", ("/images/dynamo.sqsh",)),
        ("./dynamo.sqsh", ("/home/me/dynamo.sqsh",)),
        ("../dynamo.sqsh", ("/home/dynamo.sqsh",)),
        ("nvcr.io#nvidia/dynamo:0.4.1", ()),
        ("dynamo:0.4.1", ()),
    ],
)
def test_an_image_is_a_path_when_it_is_no_name(image: str, paths: tuple[str, ...]) -> None:
    assert needed(container={"runtime": "pyxis", "image": image}) == paths


def test_paths_in_a_container_are_looked_for_where_they_are_mounted_from() -> None:
    mounts = "/lustre/m:/models:ro,/home/e:/mnt"

    found = needed(
        container={"runtime": "pyxis", "image": "a:b", "mounts": mounts},
        model={"path": "/models/llama", "served_name": "m"},
        roles={"agg": {"engine_config": "/mnt/agg.yaml"}},
    )

    assert found == ("/lustre/m", "/home/e", "/lustre/m/llama", "/home/e/agg.yaml")


def test_what_no_mount_shows_is_the_images_own() -> None:
    model = {"path": "/models/llama", "served_name": "m"}

    assert needed(container={"runtime": "pyxis", "image": "a:b"}, model=model) == ()
    assert needed(container={"runtime": "none"}, model=model) == ("/models/llama",)


def test_a_rehearsal_needs_its_interpreter_and_its_stand_ins() -> None:
    found = needed(rehearsal=True, container={"runtime": "pyxis", "image": "/a.sqsh"})

    assert "/venv/bin/python" in found
    assert any(path.startswith("/venv/standin") for path in found)
    assert "/a.sqsh" not in found
