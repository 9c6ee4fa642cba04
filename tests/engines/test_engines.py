# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What holds for every engine, because it is there."""

from __future__ import annotations

import planning
import pytest

from pytest_dynamo import engines


def test_the_engines_are_those_that_a_topology_can_name() -> None:
    assert ["trtllm", "vllm"] == engines.names()


@pytest.mark.parametrize("name", engines.names())
def test_an_engine_is_called_as_its_file(name: str) -> None:
    assert name == engines.get(name).name


@pytest.mark.parametrize("name", engines.names())
def test_an_engine_names_every_step_and_gives_each_a_label(name: str) -> None:
    milestones = engines.get(name).milestones(planning.topology())

    assert {"joined", "progress", "loaded", "registered"} == {item.step for item in milestones}
    assert all(item.label for item in milestones)


@pytest.mark.parametrize("name", engines.names())
def test_every_joining_line_tells_rank_and_world(name: str) -> None:
    joined = [
        item for item in engines.get(name).milestones(planning.topology()) if item.step == "joined"
    ]

    assert all({"rank", "world"} <= item.pattern.groupindex.keys() for item in joined)


def test_an_engine_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="sglang"):
        engines.get("sglang")
