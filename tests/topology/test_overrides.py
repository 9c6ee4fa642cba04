# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Every variable of the guides, ``--dynamo-set``, and which of two wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.topology import overrides, places
from pytest_dynamo.topology.overrides import Override

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_dynamo.topology.model import Topology

BUNDLED = [places.bundled()]
ENGINE = str(places.bundled() / "engine_configs/deepseek_r1/wide_ep/wide_ep_decode.yaml")


#: variable, what it is set to, the topology, the value it must become there
VARIABLES: list[tuple[str, str, str, Callable[[Topology], Any], Any]] = [
    ("IMAGE", "a b.sqsh", "wide_ep_agg", lambda it: it.container.image, "a b.sqsh"),
    ("MODEL_PATH", "/m/r1", "wide_ep_agg", lambda it: it.model.path, "/m/r1"),
    ("SERVED_MODEL_NAME", "r1", "wide_ep_agg", lambda it: it.model.served_name, "r1"),
    ("MODALITY", "multimodal", "wide_ep_disagg", lambda it: it.model.modality, "multimodal"),
    ("NUM_GPUS_PER_NODE", "8", "wide_ep_agg", lambda it: it.hardware.gpus_per_node, 8),
    ("NUM_NODES", "2", "wide_ep_agg", lambda it: it.roles["agg"].nodes_per_worker, 2),
    ("NUM_PREFILL_NODES", "2", "wide_ep_disagg",
     lambda it: it.roles["prefill"].nodes_per_worker, 2),
    ("NUM_DECODE_NODES", "2", "wide_ep_disagg",
     lambda it: it.roles["decode"].nodes_per_worker, 2),
    ("NUM_PREFILL_WORKERS", "7", "mlperf_llama405b_disagg",
     lambda it: it.roles["prefill"].workers, 7),
    ("NUM_DECODE_WORKERS", "2", "mlperf_llama405b_disagg",
     lambda it: it.roles["decode"].workers, 2),
    ("ENGINE_CONFIG", ENGINE, "wide_ep_agg", lambda it: it.engine_files["agg"].path, ENGINE),
    ("PREFILL_ENGINE_CONFIG", ENGINE, "wide_ep_disagg",
     lambda it: it.engine_files["prefill"].path, ENGINE),
    ("DECODE_ENGINE_CONFIG", ENGINE, "wide_ep_disagg",
     lambda it: it.engine_files["decode"].path, ENGINE),
    ("DISAGGREGATION_STRATEGY", "prefill_first", "wide_ep_disagg",
     lambda it: it.disaggregation_strategy, "prefill_first"),
    ("HEAD_NODE_IP", "10.0.0.1", "wide_ep_agg", lambda it: it.services.head_node_ip, "10.0.0.1"),
    ("ETCD_ENDPOINTS", "10.0.0.1:2379", "wide_ep_agg",
     lambda it: it.services.etcd_endpoints, "10.0.0.1:2379"),
    ("NATS_SERVER", "nats://10.0.0.1:4222", "wide_ep_agg",
     lambda it: it.services.nats_server, "nats://10.0.0.1:4222"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("variable", "text", "name", "read", "expected"),
    VARIABLES,
    ids=[variable for variable, *_ in VARIABLES],
)
def test_a_variable_of_the_guides_sets_its_value(
    variable: str, text: str, name: str, read: Callable[[Topology], Any], expected: object
) -> None:
    topology = places.load(name, BUNDLED, places.from_environment({variable: text}))

    assert (expected, {places.ENVIRONMENT[variable]: f"environment {variable}"}) == (
        read(topology),
        topology.sources,
    )


def test_the_mounts_of_the_environment_show_the_engine_config(
    tmp_path: Path, sound: str
) -> None:
    (tmp_path / "pair.yaml").write_text(sound)
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    for role, size in (("prefill", 2), ("decode", 16)):
        (elsewhere / f"{role}.yaml").write_text(f"tensor_parallel_size: {size}")
    environ = {"MOUNTS": f"/lustre:/lustre,{elsewhere}:/mnt"}
    topology = places.load("pair", [tmp_path], places.from_environment(environ))

    assert 2 * 2 + 16 == topology.ranks


def test_every_variable_is_tested() -> None:
    assert set(places.ENVIRONMENT) - {"MOUNTS"} == {variable for variable, *_ in VARIABLES}


def test_an_empty_variable_says_nothing() -> None:
    assert [] == places.from_environment({"SERVED_MODEL_NAME": "", "PATH": "/bin"})


def test_variables_of_another_example_may_linger() -> None:
    environ = {"NUM_DECODE_WORKERS": "2", "PREFILL_ENGINE_CONFIG": "/gone.yaml"}
    topology = places.load("wide_ep_agg", BUNDLED, places.from_environment(environ))

    assert {} == topology.sources


def test_the_later_of_two_overrides_wins_and_is_the_source() -> None:
    topology = places.load(
        "wide_ep_agg",
        BUNDLED,
        [
            *places.from_environment({"MODEL_PATH": "/first"}),
            Override("model.path", "/second", "--dynamo-set model.path"),
        ],
    )

    assert ("/second", {"model.path": "--dynamo-set model.path"}) == (
        topology.model.path,
        topology.sources,
    )


@pytest.mark.parametrize(
    ("key", "value", "read", "expected"),
    [
        ("budgets.load", "12.5", lambda it: it.budgets.load, 12.5),
        ("environment.NCCL_DEBUG", "INFO", lambda it: it.environment["NCCL_DEBUG"], "INFO"),
        ("ray.port", "7000", lambda it: it.ray.port, 7000),
        ("roles.agg.own_nodes", "true", lambda it: it.roles["agg"].own_nodes, True),
        ("nodes", "null", lambda it: it.nodes, None),
        ("nodes", "~", lambda it: it.nodes, None),
        ("local.engine", "mocker", lambda it: it.local.engine, "mocker"),
    ],
)
def test_an_option_sets_any_value(
    key: str, value: str, read: Callable[[Topology], Any], expected: object
) -> None:
    topology = places.load("wide_ep_agg", BUNDLED, [Override(key, value, "--dynamo-set")])

    assert expected == read(topology)


@pytest.mark.parametrize("empty", ["ray:\n", "ray: null\n", ""])
def test_a_section_that_is_empty_or_absent_is_made(
    tmp_path: Path, sound: str, empty: str
) -> None:
    for name, text in (("pair", sound + empty), ("prefill", "{a: 1}"), ("decode", "{a: 1}")):
        (tmp_path / f"{name}.yaml").write_text(text.replace("nodes_per_worker: 2", "workers: 1"))
    topology = places.load("pair", [tmp_path], [Override("ray.port", "7000", "--dynamo-set")])

    assert topology.ray
    assert 7000 == topology.ray.port


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("model..path", "'model..path' is not a dotted key"),
        ("", "'' is not a dotted key"),
        (".", "'.' is not a dotted key"),
        ("roles.prefill.workers", "this topology has no role 'prefill'"),
        ("name.x", "name holds str, no keys"),
        ("nodes.x.y", "nodes holds int, no keys"),
        ("model.pth", "unknown key 'model.pth'"),
        ("models.path", "unknown key 'models'"),
        ("roles.agg.graph.target", "key 'roles.agg.graph.directory' is missing (and 1 more)"),
    ],
)
def test_a_key_that_cannot_be_blames_the_option(key: str, what: str) -> None:
    option = Override(key, "1", f"--dynamo-set {key}=1")
    with pytest.raises(TopologyError) as caught:
        places.load("wide_ep_agg", BUNDLED, [option])

    assert (what, option.source) == (caught.value.what, caught.value.where)


@pytest.mark.parametrize(
    ("variable", "text", "what"),
    [
        ("NUM_NODES", "four", "roles.agg.nodes_per_worker = 'four': "),
        ("NUM_NODES", "0", "roles.agg.nodes_per_worker = '0': "),
        ("NUM_NODES", "4.5", "roles.agg.nodes_per_worker = '4.5': "),
        ("NUM_GPUS_PER_NODE", "-1", "hardware.gpus_per_node = '-1': "),
        ("MODALITY", "video", "model.modality = 'video': "),
        ("DISAGGREGATION_STRATEGY", "both", "disaggregation_strategy = 'both': "),
    ],
)
def test_a_value_that_cannot_be_blames_the_variable(variable: str, text: str, what: str) -> None:
    with pytest.raises(TopologyError) as caught:
        places.load("wide_ep_agg", BUNDLED, places.from_environment({variable: text}))

    assert (True, f"environment {variable}") == (
        caught.value.what.startswith(what),
        caught.value.where,
    )


@pytest.mark.parametrize("roles", [[], "agg", 3, None])
def test_an_override_survives_roles_that_are_none(roles: object) -> None:
    data: dict[str, Any] = {"roles": roles}
    try:
        applied: object = overrides.apply(data, Override("roles.agg.workers", "2", "--dynamo-set"))
    except TopologyError as error:
        applied = error.what

    assert applied in (True, f"roles holds {type(roles).__name__}, no keys")
