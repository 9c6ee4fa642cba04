# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The bundled topologies: each is sound by itself, and all are those of the guides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.errors import PlanError
from pytest_dynamo.launch import plan
from pytest_dynamo.topology import facts, places, versions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_dynamo.topology.model import Topology

BUNDLED = places.bundled()
NAMES = sorted(places.names([BUNDLED]))
ENGINE_CONFIGS = BUNDLED / "engine_configs"


@dataclass(frozen=True)
class Row:
    """A row of the design's table: where it is from, and the shape it must have."""

    guide: str | None
    nodes: int
    ranks: int
    gpu: str
    roles: Mapping[str, tuple[int, int]]  # workers, ranks of each; in the order of placement


TABLE = {
    "wide_ep_agg": Row("001", 4, 16, "GB200", {"agg": (1, 16)}),
    "wide_ep_disagg": Row("001", 8, 32, "GB200", {"prefill": (1, 16), "decode": (1, 16)}),
    "llama4_multimodal_disagg": Row("000", 4, 16, "GB200", {"prefill": (1, 8), "decode": (1, 8)}),
    "mlperf_llama405b_disagg": Row("003", 18, 72, "GB200", {"prefill": (14, 4), "decode": (4, 4)}),
    "vllm_405b_kv_router": Row("002", 3, 24, "H100", {"decode": (1, 8), "prefill": (2, 8)}),
    "vllm_r1_agg_ray": Row("002", 2, 16, "H100", {"agg": (1, 16)}),
    "vllm_r1_disagg_ray": Row("002", 4, 32, "H100", {"decode": (1, 16), "prefill": (1, 16)}),
    "trtllm_agg": Row("004", 1, 1, "H100", {"agg": (1, 1)}),
    "trtllm_agg_router": Row("004", 1, 1, "H100", {"agg": (1, 1)}),
    "trtllm_disagg": Row("004", 1, 2, "H100", {"decode": (1, 1), "prefill": (1, 1)}),
    "trtllm_disagg_router": Row("004", 1, 2, "H100", {"decode": (1, 1), "prefill": (1, 1)}),
    "trtllm_disagg_multinode": Row("004", 2, 2, "H100", {"decode": (1, 1), "prefill": (1, 1)}),
    "local_agg": Row(None, 1, 2, "H100", {"agg": (1, 2)}),
    "local_disagg": Row(None, 1, 4, "H100", {"prefill": (1, 2), "decode": (1, 2)}),
}


def load(name: str) -> Topology:
    return places.load(name, [BUNDLED])


def placed(topology: Topology) -> tuple[plan.Worker, ...]:
    nodes = tuple(f"node{number}" for number in range(1, plan.nodes_needed(topology) + 1))
    cluster = plan.Cluster(nodes, topology.hardware.gpus_per_node, run_id="r", run_dir="/run")
    return plan.place(topology, cluster)


def referenced(value: Any) -> set[str]:  # Any: YAML data
    """Return the container paths that a YAML names, at any depth."""
    if isinstance(value, dict):
        return set().union(*(referenced(item) for item in value.values()))
    return {value} if isinstance(value, str) and value.startswith("/mnt/") else set()


def on_this_host(container_path: str) -> Path:
    return Path(places.host_path(container_path, f"{BUNDLED}:/mnt") or "nowhere")


# --- every topology ---------------------------------------------------------------------------


def test_the_catalogue_is_the_table_of_the_design() -> None:
    assert sorted(TABLE) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_topology_has_the_shape_of_its_row(name: str) -> None:
    topology = load(name)
    roles: dict[str, tuple[int, int]] = {
        role: (value.workers, value.parallel.world_size) for role, value in topology.roles.items()
    }
    row = Row(
        topology.origin.guide if topology.origin else None,
        plan.nodes_needed(topology),
        topology.ranks,
        topology.hardware.gpu,
        roles,
    )

    assert (TABLE[name], list(TABLE[name].roles)) == (row, list(roles))


@pytest.mark.parametrize("name", NAMES)
def test_a_topology_is_called_as_its_file_and_described_in_a_line(name: str) -> None:
    topology = load(name)

    assert (name, True) == (topology.name, 20 <= len(topology.description) <= 90)


@pytest.mark.parametrize("name", [name for name in NAMES if TABLE[name].guide])
def test_a_topology_cites_the_section_it_is_from_and_what_it_decided(name: str) -> None:
    origin = load(name).origin

    assert origin
    assert ("", "") != (origin.section, origin.note)


@pytest.mark.parametrize("name", NAMES)
def test_the_stated_nodes_are_those_the_roles_need(name: str) -> None:
    topology = load(name)

    assert topology.nodes == plan.nodes_needed(topology)


@pytest.mark.parametrize("name", NAMES)
def test_every_rank_finds_a_gpu_of_its_own_on_the_stated_nodes(name: str) -> None:
    topology = load(name)
    gpus = [
        (node, gpu)
        for worker in placed(topology)
        for node, here in zip(worker.nodes, worker.gpus, strict=True)
        for gpu in here
    ]

    assert (topology.ranks, topology.ranks, topology.nodes) == (
        len(gpus),
        len(set(gpus)),
        len({node for node, _ in gpus}),
    )


@pytest.mark.parametrize("name", NAMES)
def test_one_node_fewer_is_too_few(name: str) -> None:
    topology = load(name)
    nodes = tuple(f"node{number}" for number in range(1, plan.nodes_needed(topology)))
    cluster = plan.Cluster(nodes, topology.hardware.gpus_per_node, run_id="r", run_dir="/run")

    with pytest.raises(PlanError, match=f"needs {topology.nodes} nodes"):
        plan.place(topology, cluster)


@pytest.mark.parametrize("name", NAMES)
def test_container_and_host_read_the_same_engine_config(name: str) -> None:
    topology = load(name)
    read = {role: Path(file.path) for role, file in topology.engine_files.items()}
    named = {
        role: on_this_host(value.engine_config or "")
        if (value.engine_config or "").startswith("/")
        else BUNDLED / (value.engine_config or "")
        for role, value in topology.roles.items()
    }

    assert named == read


@pytest.mark.parametrize("name", NAMES)
def test_what_an_engine_config_names_is_there(name: str) -> None:
    topology = load(name)
    texts: list[Any] = [file.data for file in topology.engine_files.values()]
    graphs = {role.graph.config for role in topology.roles.values() if role.graph}
    texts += [places.read_document(on_this_host(config)).data for config in graphs]
    named = set().union(*(referenced(text) for text in texts)) | graphs

    assert [] == sorted(path for path in named if not on_this_host(path).is_file())


@pytest.mark.parametrize("name", NAMES)
def test_the_releases_are_known_and_speak_as_the_topology_asks(name: str) -> None:
    topology = load(name)
    era = versions.dynamo(topology.versions.dynamo)
    graphs = any(role.graph for role in topology.roles.values())

    assert (True, True, True) == (
        era.exact,
        era.graphs or not graphs,
        topology.disaggregation_strategy is None or era.strategy_flag is not None,
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_engine_of_a_topology_has_a_release(name: str) -> None:
    topology = load(name)
    stated = {"trtllm": topology.versions.trtllm, "vllm": topology.versions.vllm}

    assert [topology.engine] == [engine for engine, release in stated.items() if release]


@pytest.mark.parametrize("name", NAMES)
def test_heads_and_experts_divide_over_the_ranks(name: str) -> None:
    topology = load(name)
    model = facts.model(topology.model.path)
    assert model
    uneven = [
        role
        for role, value in topology.roles.items()
        if (model.attention_heads % value.parallel.tp and not value.parallel.attention_dp)
        or (model.experts or 1) % (value.parallel.ep or 1)
    ]

    assert [] == uneven


def test_no_engine_config_is_left_over() -> None:
    used: set[Path] = set()
    for name in NAMES:
        topology = load(name)
        used |= {Path(file.path) for file in topology.engine_files.values()}
        for text in (file.data for file in topology.engine_files.values()):
            used |= {on_this_host(path) for path in referenced(text)}
        for config in (role.graph.config for role in topology.roles.values() if role.graph):
            file = on_this_host(config)
            used |= {file, *map(on_this_host, referenced(places.read_document(file).data))}

    assert sorted(ENGINE_CONFIGS.rglob("*.yaml")) == sorted(used)


# --- guide 003, to the last key ---------------------------------------------------------------

PREFILL_405B = {
    "backend": "pytorch",
    "tensor_parallel_size": 4,
    "pipeline_parallel_size": 1,
    "max_batch_size": 128,
    "max_num_tokens": 4096,
    "max_seq_len": 20192,
    "kv_cache_dtype": "fp8",
    "disable_overlap_scheduler": True,
    "enable_chunked_prefill": True,
    "kv_cache_config": {"free_gpu_memory_fraction": 0.95, "enable_block_reuse": False},
    "cache_transceiver_config": {"max_num_tokens": 20192},
    "scheduler_config": {
        "capacity_scheduler_policy": "MAX_UTILIZATION",
        "context_chunking_policy": "FIRST_COME_FIRST_SERVED",
    },
}
DECODE_405B = {
    "backend": "pytorch",
    "tensor_parallel_size": 4,
    "pipeline_parallel_size": 1,
    "max_batch_size": 512,
    "max_num_tokens": 512,
    "max_seq_len": 20192,
    "kv_cache_dtype": "fp8",
    "disable_overlap_scheduler": False,
    "use_cuda_graph": True,
    "cuda_graph_padding_enabled": True,
    "cuda_graph_batch_sizes": [
        1, 2, 4, 8, 16, 32, 64, 96, 128, 150, 180, 192, 224, 256, 288, 352, 416, 480, 512,
    ],
    "kv_cache_config": {"free_gpu_memory_fraction": 0.95, "enable_block_reuse": False},
    "cache_transceiver_config": {"max_num_tokens": 20192},
}  # fmt: skip


def test_the_405b_engine_configs_are_the_guides_to_the_last_key() -> None:
    files = load("mlperf_llama405b_disagg").engine_files

    assert (PREFILL_405B, DECODE_405B) == (files["prefill"].data, files["decode"].data)


def test_the_405b_settings_are_the_guides() -> None:
    topology = load("mlperf_llama405b_disagg")

    assert (
        "meta-llama/Llama-3.1-405B-Instruct",
        "f9b1757f32d0793abbb625ed4467eab133924671",
        "cd2f9fa62f1c7d9fa35c23518092d45d022f226c",
        "prefill_first",
        {"isl": None, "osl": None, "max_isl": 20010, "qps": 15.75, "ttft_p99_ms": 4500.0,
         "tpot_p99_ms": 80.0, "request_timeout_s": 7200.0},
    ) == (
        topology.model.served_name,
        topology.versions.dynamo,
        topology.versions.trtllm,
        topology.disaggregation_strategy,
        topology.workload.model_dump() if topology.workload else None,
    )  # fmt: skip


def test_the_405b_lengths_hold_the_longest_prompt_in_whole_blocks() -> None:
    length = DECODE_405B["max_seq_len"]

    assert isinstance(length, int)
    assert (631, 0, True) == (*divmod(length, 32), length >= 20010)


# --- the other guides -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "role", "path"),
    [
        ("wide_ep_agg", "agg", "deepseek_r1/wide_ep/wide_ep_agg.yaml"),
        ("wide_ep_disagg", "prefill", "deepseek_r1/wide_ep/wide_ep_prefill.yaml"),
        ("wide_ep_disagg", "decode", "deepseek_r1/wide_ep/wide_ep_decode.yaml"),
        ("llama4_multimodal_disagg", "prefill", "multimodal/llama4/prefill.yaml"),
        ("llama4_multimodal_disagg", "decode", "multimodal/llama4/decode.yaml"),
    ],
)
def test_engine_configs_stand_where_the_guides_name_them(name: str, role: str, path: str) -> None:
    roles = {str(key): value for key, value in load(name).roles.items()}

    assert f"/mnt/engine_configs/{path}" == roles[role].engine_config


@pytest.mark.parametrize("name", ["wide_ep_agg", "wide_ep_disagg"])
def test_expert_slots_hold_all_experts_and_divide_over_the_ranks(name: str) -> None:
    topology = load(name)
    model = facts.model(topology.model.path)
    assert model
    slots = [
        (places.read_document(on_this_host(file.data["moe_load_balancer"])).data["num_slots"])
        for file in topology.engine_files.values()
    ]

    assert {(True, 0)} == {(count >= (model.experts or 0), count % 16) for count in slots}


@pytest.mark.parametrize(
    ("name", "strategy"),
    [
        ("wide_ep_disagg", "decode_first"),
        ("llama4_multimodal_disagg", "decode_first"),
        ("mlperf_llama405b_disagg", "prefill_first"),
        ("vllm_405b_kv_router", None),
        ("trtllm_disagg", None),
        ("local_disagg", None),
    ],
)
def test_a_strategy_is_stated_where_the_scripts_know_one(name: str, strategy: str | None) -> None:
    assert strategy == load(name).disaggregation_strategy


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("wide_ep_disagg", "prefill0"),
        ("mlperf_llama405b_disagg", "prefill0"),
        ("llama4_multimodal_disagg", "prefill0"),
        ("vllm_405b_kv_router", "decode0"),
        ("vllm_r1_disagg_ray", "decode0"),
        ("trtllm_disagg_multinode", "decode0"),
    ],
)
def test_the_guides_first_worker_shares_the_head_node(name: str, first: str) -> None:
    workers = placed(load(name))

    assert [first] == [worker.name for worker in workers if "node1" in worker.nodes]


@pytest.mark.parametrize("name", [name for name in NAMES if TABLE[name].guide in ("002", "004")])
def test_a_graph_reads_the_engine_config_of_its_role(name: str) -> None:
    topology = load(name)
    wrong = []
    for role, value in topology.roles.items():
        assert value.graph
        data = places.read_document(on_this_host(value.graph.config)).data
        component = {"vllm": "", "trtllm": "TensorRTLLM"}[topology.engine] + {
            "prefill": "PrefillWorker"
        }.get(role, "VllmWorker" if topology.engine == "vllm" else "Worker")
        engine = data[component].get("engine_args", value.graph.config)
        served = data["Frontend"]["served_model_name"]
        if (engine, served) != (value.engine_config, topology.model.served_name):
            wrong.append(component)

    assert [] == wrong


@pytest.mark.parametrize("name", [name for name in NAMES if "router" in name])
def test_a_router_routes_by_kv_in_front_of_whoever_takes_requests(name: str) -> None:
    topology = load(name)
    graphs = {role: value.graph for role, value in topology.roles.items()}
    graph = graphs.get("agg") or graphs.get("decode")
    assert graph
    data = places.read_document(on_this_host(graph.config)).data

    assert ("kv", "kv", "graphs.agg_router:Frontend") == (
        topology.frontend.router,
        data["Processor"]["router"],
        graph.target,
    )


def test_ray_spans_two_nodes_of_each_worker() -> None:
    topologies = [load("vllm_r1_agg_ray"), load("vllm_r1_disagg_ray")]

    assert [(6379, [2]), (6379, [2, 2])] == [
        (
            topology.ray and topology.ray.port,
            [role.nodes_per_worker for role in topology.roles.values()],
        )
        for topology in topologies
    ]


@pytest.mark.parametrize("name", ["local_agg", "local_disagg"])
def test_a_laptop_needs_no_container_and_one_node(name: str) -> None:
    topology = load(name)

    assert ("none", 1) == (topology.container.runtime, plan.nodes_needed(topology))
