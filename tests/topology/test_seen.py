# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which path a worker's processes are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import planning
import pytest

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.topology import places, seen

if TYPE_CHECKING:
    from pathlib import Path


def test_an_absolute_path_is_the_containers_own() -> None:
    topology = planning.topology(
        roles={"agg": {"engine_config": "/mnt/agg.yaml"}}, container={"runtime": "pyxis"}
    )

    assert "/mnt/agg.yaml" == seen.engine_config(topology, "agg")


def test_a_relative_path_is_the_file_that_was_read(tmp_path: Path) -> None:
    (tmp_path / "engine.yaml").write_text("tensor_parallel_size: 2\n")
    (tmp_path / "t.yaml").write_text(
        "description: d\nengine: trtllm\nversions: {dynamo: 1.6.1}\n"
        "model: {path: m, served_name: m}\nhardware: {gpu: H100, gpus_per_node: 8}\n"
        "roles: {agg: {engine_config: engine.yaml}}\ncontainer: {runtime: none}\n"
    )

    topology = places.load(str(tmp_path / "t.yaml"), [])

    assert str(tmp_path / "engine.yaml") == seen.engine_config(topology, "agg")


def test_a_container_does_not_see_a_relative_path() -> None:
    topology = planning.topology(
        roles={"agg": {"engine_config": "agg.yaml"}}, container={"runtime": "pyxis"}
    )

    with pytest.raises(TopologyError, match=r"agg\.yaml is relative"):
        seen.engine_config(topology, "agg")


def test_a_role_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="decode"):
        seen.role_of(planning.topology(), "decode")
