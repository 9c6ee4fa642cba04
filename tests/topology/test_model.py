# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The value that a topology file becomes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pytest_dynamo.findings import Where
from pytest_dynamo.topology.model import EngineFile, Parallel, Topology


def values(**changes: Any) -> dict[str, Any]:  # Any: YAML data
    return {
        "name": "t",
        "description": "",
        "engine": "trtllm",
        "versions": {"dynamo": "1.6.1"},
        "model": {"path": "m", "served_name": "m"},
        "hardware": {"gpu": "H100", "gpus_per_node": 8},
        "roles": {"agg": {}},
        **changes,
    }


def test_nothing_of_a_topology_can_be_changed() -> None:
    topology = Topology.model_validate(values())

    with pytest.raises(ValidationError, match="frozen"):
        setattr(topology.model, "path", "other")  # noqa: B010 - mypy, too, knows it is frozen


@pytest.mark.parametrize(
    ("roles", "disaggregated"),
    [
        ({"agg": {}}, False),
        ({"prefill": {}, "decode": {}}, True),
        ({"decode": {}, "prefill": {}}, True),
    ],
)
def test_roles_are_aggregated_or_a_pair(roles: dict[str, object], disaggregated: bool) -> None:  # noqa: FBT001 - an example
    topology = Topology.model_validate(values(roles=roles))

    assert (disaggregated, list(roles)) == (topology.disaggregated, list(topology.roles))


@pytest.mark.parametrize(
    "roles", [{}, {"prefill": {}}, {"decode": {}}, {"agg": {}, "prefill": {}}, {"encode": {}}]
)
def test_other_roles_are_refused(roles: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Topology.model_validate(values(roles=roles))


@given(st.integers(1, 64), st.integers(1, 8), st.integers(1, 8), st.integers(1, 64))
def test_only_tp_pp_and_cp_make_ranks(tp: int, pp: int, cp: int, ep: int) -> None:
    parallel = Parallel(tp=tp, pp=pp, cp=cp, ep=ep, attention_dp=True)

    assert tp * pp * cp == parallel.world_size


@given(st.integers(1, 20), st.integers(1, 20), st.integers(1, 64), st.integers(1, 64))
def test_ranks_are_those_of_all_workers(prefill: int, decode: int, one: int, other: int) -> None:
    topology = Topology.model_validate(
        values(
            roles={
                "prefill": {"workers": prefill, "parallel": {"tp": one}},
                "decode": {"workers": decode, "parallel": {"tp": other}},
            }
        )
    )

    assert prefill * one + decode * other == topology.ranks


@pytest.mark.parametrize(
    "changes",
    [
        {"budgets": {"load": float("inf")}},
        {"budgets": {"stop": 0}},
        {"budgets": {"stop": True}},
        {"local": {"load_seconds": -1}},
        {"hardware": {"gpu": "H100", "gpus_per_node": True}},
        {"nodes": 0},
        {"frontend": {"http_port": 0}},
        {"workload": {"qps": 0}},
        {"name": "../../etc/passwd"},
        {"name": "a" * 65},
        {"roles": {"agg": {"workers": 1.5}}},
        {"unknown": 1},
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Topology.model_validate(values(**changes))


def test_a_topology_made_of_values_says_where_its_file_would_be() -> None:
    topology = Topology.model_validate(values())

    assert ("t.yaml", Where("t.yaml"), {}, {}) == (
        topology.file,
        topology.where(("model", "path")),
        topology.sources,
        topology.engine_files,
    )


def test_an_engine_file_made_of_values_says_its_path() -> None:
    file = EngineFile(path="/e.yaml", data={"tensor_parallel_size": 8})

    assert Where("/e.yaml") == file.where(("tensor_parallel_size",))


def test_a_topology_comes_back_from_json() -> None:
    topology = Topology.model_validate(
        values(origin={"guide": "001"}, workload={"qps": 15.75}, ray={}, environment={"A": "b"})
    )

    assert topology == Topology.model_validate_json(topology.model_dump_json())
