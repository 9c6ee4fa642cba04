# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What others write becomes a topology, with every key at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo import rules
from pytest_dynamo.errors import TopologyError
from pytest_dynamo.topology import dialects, yaml_text

if TYPE_CHECKING:
    from pytest_dynamo.topology.model import Topology

ENGINE = """
tensor_parallel_size: 8
enable_attention_dp: true
max_batch_size: 64
kv_cache_config:
  dtype: fp8
"""
BALANCER = "num_slots: 288\nlayer_updates_per_iter: 2\n"
SERVED = """
hostname: localhost
port: 8000
model: deepseek-ai/DeepSeek-R1
backend: pytorch
free_gpu_memory_fraction: 0.25
cuda_graph_config: null
context_servers:
  num_instances: 2
  tensor_parallel_size: 4
  urls: ["a:1", "b:1"]
  kv_cache_config: {dtype: fp8}
generation_servers:
  num_instances: 1
  tensor_parallel_size: 8
  router: {type: round_robin}
"""
BENCHMARK = """
metadata: {model_dir_name: DeepSeek-R1-0528-FP4-v2, precision: fp4, supported_gpus: [GB200, GB300]}
hardware: {gpus_per_node: 4, num_ctx_servers: 3, num_gen_servers: 1}
benchmark: {input_length: 8192, output_length: 1024}
environment: {model_path: <model_path>, worker_env_var: "TLLM_LOG_LEVEL=INFO A=1"}
worker_config:
  ctx: {tensor_parallel_size: 4, moe_expert_parallel_size: 4, max_num_tokens: 8448}
  gen: {tensor_parallel_size: 16, moe_expert_parallel_size: 16, enable_attention_dp: true}
"""
RECIPE = """
name: one
model: {path: dsr1, container: "nvcr.io#nvidia/tensorrt-llm/release:1.3.0rc24", precision: fp4}
resources:
  gpu_type: gb200
  gpus_per_node: 4
  prefill_nodes: 3
  prefill_workers: 3
  decode_nodes: 8
  decode_workers: 1
backend:
  type: trtllm
  prefill_environment: {A: 1}
  trtllm_config:
    prefill: {tensor_parallel_size: 4}
    decode: {tensor_parallel_size: 32, enable_attention_dp: true}
benchmark: {isl: 1024, osl: 1024}
"""
SECOND_SCHEMA = """
schema: 2
engine: {type: trtllm}
model: {path: nvidia/DeepSeek-R1-FP4, container: own, precision: fp4}
resources: {gpu_type: gb200, gpus_per_node: 4}
roles:
  prefill: {nodes: 2, workers: 2, gpus: 4, args: {tensor_parallel_size: 4}, env: {A: "1"}}
  decode: {nodes: colocate, workers: 1, gpus: 2, args: {tensor_parallel_size: 2}}
benchmark: {isl: 1024, osl: 128}
"""
SERVE = """
Common:
  model: deepseek-ai/DeepSeek-R1
  block-size: 128
VllmWorker:
  common-configs: [model, block-size]
  remote-prefill: true
  tensor-parallel-size: 16
PrefillWorker:
  common-configs: [model, block-size]
  tensor-parallel-size: 8
"""


def read(text: str, file: str = "given.yaml", **versions: str) -> list[Topology]:
    return dialects.read(yaml_text.read(text, file), versions)


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("engine", ENGINE),
        ("engine", "guided_decoding_backend: xgrammar"),
        ("engine", "use_cuda_graph: true\nprint_iter_log: true"),
        ("engine", "sparse_attention_config: {algorithm: dsa}"),
        ("balancer", BALANCER),
        ("disaggregated", SERVED),
        ("benchmark", BENCHMARK),
        ("recipe", RECIPE),
        ("recipe", SECOND_SCHEMA),
        ("serve", SERVE),
        ("topology", "roles: {agg: {}}"),
        (None, "services: {web: {image: nginx}}"),
        (None, "SGLangWorker: {tp: 2}\nSGLangDecodeWorker: {tp: 2}"),
        (None, "[1, 2]"),
        (None, ""),
    ],
)
def test_a_dialect_is_told_by_its_keys(dialect: str | None, text: str) -> None:
    assert dialect == dialects.kind(yaml_text.read(text, "given.yaml").data)


def test_an_engine_file_is_one_worker_of_an_unknown_model() -> None:
    (topology,) = read(ENGINE, "engine_configs/prefill-1.yaml")

    assert "prefill_1" == topology.name
    assert "unknown" == topology.model.path
    assert 8 == topology.roles["agg"].parallel.world_size
    assert topology.roles["agg"].parallel.attention_dp
    where = topology.engine_files["agg"].where(("kv_cache_config", "dtype"))
    assert "engine_configs/prefill-1.yaml:6:3" == str(where)


def test_what_is_said_of_the_release_wins() -> None:
    (topology,) = read(RECIPE, trtllm="1.1.0", dynamo="0.6.0")

    assert ("0.6.0", "1.1.0") == (topology.versions.dynamo, topology.versions.trtllm)


def test_both_sections_inherit_what_stands_above_and_keep_the_places() -> None:
    (topology,) = read(SERVED)
    prefill, decode = topology.engine_files["prefill"], topology.engine_files["decode"]

    assert {"prefill": 2, "decode": 1} == {
        name: role.workers for name, role in topology.roles.items()
    }
    assert {"dtype": "fp8", "free_gpu_memory_fraction": 0.25} == prefill.data["kv_cache_config"]
    assert {"free_gpu_memory_fraction": 0.25} == decode.data["kv_cache_config"]
    assert {"port", "urls", "router", "num_instances"}.isdisjoint(prefill.data | decode.data)
    assert "given.yaml:7:1" == str(decode.where(("cuda_graph_config",)))
    assert "given.yaml:15:3" == str(decode.where(("tensor_parallel_size",)))


def test_a_section_that_contradicts_what_it_inherits_is_refused_with_both_places() -> None:
    text = (
        "backend: pytorch\ncontext_servers: {backend: trt, urls: [a]}\ngeneration_servers: {}\n"
    )
    with pytest.raises(TopologyError, match=r"given\.yaml:2:19") as raised:
        read(text)

    assert "the other one: given.yaml:1:1" == raised.value.evidence


def test_a_section_wins_where_no_host_is_given_and_workers_are_started_apart() -> None:
    text = (
        "cuda_graph_config: null\n"
        "context_servers: {tensor_parallel_size: 1}\n"
        "generation_servers: {tensor_parallel_size: 1, cuda_graph_config: {max_batch_size: 4}}\n"
    )
    (topology,) = read(text)

    assert topology.engine_files["prefill"].data["cuda_graph_config"] is None
    assert {"max_batch_size": 4} == topology.engine_files["decode"].data["cuda_graph_config"]


def test_what_trtllm_serve_takes_for_itself_contradicts_no_section() -> None:
    text = (
        "return_perf_metrics: true\n"
        "context_servers: {urls: [a], return_perf_metrics: false}\n"
        "generation_servers: {urls: [b], max_batch_size: 4}\n"
    )
    (topology,) = read(text)

    assert {"return_perf_metrics": False} == topology.engine_files["prefill"].data
    assert {"max_batch_size": 4} == topology.engine_files["decode"].data


@pytest.mark.parametrize("release", ["1.2.0", "1.3.0rc24"])
def test_a_file_of_hosts_alone_says_nothing_of_engines(release: str) -> None:
    text = (
        "backend: pytorch\n"
        "context_servers: {num_instances: 1, urls: [a]}\n"
        "generation_servers: {num_instances: 1, urls: [b]}\n"
    )
    (topology,) = read(text, trtllm=release)

    assert {"prefill", "decode"} == set(topology.roles)
    assert not topology.engine_files
    assert "error" not in {item.level for item in rules.check(topology)}


def test_hosts_are_counted() -> None:
    text = "context_servers: {num_instances: 2, urls: [a]}\ngeneration_servers: {}\n"
    with pytest.raises(TopologyError, match=r"hostnames \(1\) should be equal"):
        read(text)


def test_a_side_of_no_instances_is_left_out() -> None:
    text = "context_servers: {num_instances: 0}\ngeneration_servers: {tensor_parallel_size: 16}\n"
    (topology,) = read(text)

    assert ["agg"] == list(topology.roles)
    assert 16 == topology.roles["agg"].parallel.tp


def test_a_benchmark_says_model_gpu_load_and_workers() -> None:
    (topology,) = read(BENCHMARK)

    assert "DeepSeek-R1-0528-FP4-v2" == topology.model.path
    assert ("GB300", 4) == (topology.hardware.gpu, topology.hardware.gpus_per_node)
    assert topology.workload is not None
    assert (8192, 1024) == (topology.workload.isl, topology.workload.osl)
    assert {"prefill": (3, 1), "decode": (1, 4)} == {
        name: (role.workers, role.nodes_per_worker) for name, role in topology.roles.items()
    }
    assert {"TLLM_LOG_LEVEL": "INFO", "A": "1"} == topology.environment


def test_a_recipe_says_nodes_image_and_load() -> None:
    (topology,) = read(RECIPE)

    assert 11 == topology.nodes
    assert "nvcr.io/nvidia/tensorrt-llm/release:1.3.0rc24" == topology.container.image
    assert {"prefill": (3, 1, True), "decode": (1, 8, True)} == {
        name: (role.workers, role.nodes_per_worker, role.own_nodes)
        for name, role in topology.roles.items()
    }
    assert {"DYN303"} == {item.code for item in rules.check(topology) if item.level == "error"}


def test_a_recipe_whose_decode_shares_nodes_states_no_number_of_nodes() -> None:
    (topology,) = read(RECIPE.replace("decode_nodes: 8", "decode_nodes: 0"))

    assert topology.nodes is None
    assert not topology.roles["prefill"].own_nodes
    assert 8 == topology.roles["decode"].nodes_per_worker


def test_roles_that_each_pack_their_nodes_state_no_number_of_nodes() -> None:
    text = RECIPE.replace("decode_nodes: 8", "decode_nodes: 1").replace(
        "decode_workers: 1", "decode_workers: 2"
    ).replace("prefill_nodes: 3", "prefill_nodes: 1")
    packed = text.replace("tensor_parallel_size: 4", "tensor_parallel_size: 1").replace(
        "tensor_parallel_size: 32", "tensor_parallel_size: 2"
    )
    (topology,) = read(packed)

    assert topology.nodes is None
    assert "DYN403" not in {item.code for item in rules.check(topology)}


@pytest.mark.parametrize(
    ("tag", "dynamo"),
    [("0.8.1.post3", "0.8.1.post3"), ("1.3.0-dev.1-cuda13", "1.3.0-dev.1"), ("1.1.1", "1.1.1")],
)
def test_the_image_of_the_runtime_is_called_after_its_release(tag: str, dynamo: str) -> None:
    image = f"nvcr.io/nvidia/ai-dynamo/tensorrtllm-runtime:{tag}"
    (topology,) = read(RECIPE.replace("nvcr.io#nvidia/tensorrt-llm/release:1.3.0rc24", image))

    assert dynamo == topology.versions.dynamo


def test_the_second_schema_of_a_recipe_is_read_as_the_first() -> None:
    (topology,) = read(SECOND_SCHEMA)

    assert {"prefill": (2, 4), "decode": (1, 2)} == {
        name: (role.workers, role.parallel.tp) for name, role in topology.roles.items()
    }
    assert "nvidia/DeepSeek-R1-FP4" == topology.model.path
    assert "given.yaml:7:51" == str(
        topology.engine_files["prefill"].where(("tensor_parallel_size",))
    )
    assert {"A": "1"} == topology.environment


def varied(variants: str) -> str:
    """Return a recipe with variants; its base takes lines 2 to 17."""
    base = "\n".join(f"  {line}" for line in RECIPE.strip().splitlines())
    return f"base:\n{base}\n{variants}"


def decode_tp(found: list[Topology]) -> list[int]:
    return [topology.roles["decode"].parallel.tp for topology in found]


def test_the_overrides_of_a_recipe_are_read_in_place_of_its_base() -> None:
    first, second = read(
        varied("""
override_wide:
  backend: {trtllm_config: {decode: {tensor_parallel_size: 16}}}
override_b:
  backend: {trtllm_config: {prefill: {max_batch_size: 2}}}
""")
    )

    assert [16, 32] == decode_tp([first, second])
    assert ("variant_wide", "variant_b") == (first.name, second.name)
    assert "given.yaml:20:" in str(first.engine_files["decode"].where(("tensor_parallel_size",)))
    assert "given.yaml:16:" in str(first.engine_files["decode"].where(("enable_attention_dp",)))


def test_a_zipped_override_is_a_variant_for_each_value_of_its_lists() -> None:
    first, second = read(
        varied("""
zip_override_a:
  resources: {decode_nodes: [4, 8], gpus_per_node: [4]}
  backend:
    trtllm_config:
      decode:
        tensor_parallel_size: [16, 31]
        enable_attention_dp: false
        cuda_graph_config: [{batch_sizes: [1]}, {batch_sizes: [1, 2]}]
""")
    )

    assert [16, 31] == decode_tp([first, second])
    assert ("variant_a_0", "variant_a_1") == (first.name, second.name)
    assert {"batch_sizes": [1, 2]} == second.engine_files["decode"].data["cuda_graph_config"]
    assert "given.yaml:24:" in str(second.engine_files["decode"].where(("tensor_parallel_size",)))


@pytest.mark.parametrize(
    "text", ["", "override_a: 3", "zip_override_a: {name: [b, c], model: {path: [d, e, f]}}"]
)
def test_a_base_without_variants_is_read(text: str) -> None:
    assert [32] == decode_tp(read(varied(text)))


def test_a_load_balancers_file_is_checked_beside_no_engine() -> None:
    (topology,) = read("num_slots: 4\ninitial_global_assignments: {3: [0, 1]}\n", "eplb.yaml")
    (finding,) = [item for item in rules.check(topology) if item.level == "error"]

    assert "DYN111" == finding.code
    assert "eplb.yaml:2:1" == str(finding.where)


def test_components_of_dynamo_serve_take_common_values() -> None:
    (topology,) = read(SERVE)

    assert "vllm" == topology.engine
    assert {"prefill": 8, "decode": 16} == {
        name: role.parallel.tp for name, role in topology.roles.items()
    }
    where = topology.engine_files["decode"].where(("VllmWorker", "block-size"))
    assert "given.yaml:4:3" == str(where)


def test_components_of_tensorrt_llm_keep_the_engines_values_in_other_files() -> None:
    text = """
TensorRTLLMWorker: {extra-engine-args: decode.yaml, ServiceArgs: {resources: {gpu: 8}}}
TensorRTLLMPrefillWorker: {extra-engine-args: prefill.yaml, ServiceArgs: {resources: {gpu: 8}}}
"""
    (topology,) = read(text)

    assert "trtllm" == topology.engine
    assert not topology.engine_files
    assert "DYN425" not in {item.code for item in rules.check(topology)}


def test_a_component_that_encodes_images_is_no_role() -> None:
    text = (
        "VllmEncodeWorker: {tensor-parallel-size: 1}\nVllmDecodeWorker: {tensor-parallel-size: 4}\n"
    )
    (topology,) = read(text)

    assert 4 == topology.roles["agg"].parallel.tp


def test_an_engine_file_may_say_how_many_gpus_a_node_has() -> None:
    (topology,) = read("tensor_parallel_size: 2\ngpus_per_node: 8\n")

    assert 8 == topology.hardware.gpus_per_node
    assert "DYN422" not in {item.code for item in rules.check(topology)}


def test_a_file_of_no_dialect_is_refused() -> None:
    with pytest.raises(TopologyError, match=r"given.yaml: in no dialect"):
        read("services: {web: {image: nginx}}")


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
NAMES = st.sampled_from([
    "tensor_parallel_size", "moe_expert_parallel_size", "max_batch_size", "max_num_tokens",
    "max_seq_len", "kv_cache_config", "cache_transceiver_config", "moe_config", "load_balancer",
    "speculative_config", "num_nextn_predict_layers", "decoding_type", "backend", "dtype",
    "free_gpu_memory_fraction", "tokens_per_block", "max_tokens_in_buffer", "batch_sizes",
    "cuda_graph_config", "num_slots", "initial_global_assignments", "pytorch_backend_config",
    "worker_config", "ctx", "gen", "hardware", "trtllm_config", "prefill", "decode", "roles",
    "args", "context_servers", "generation_servers", "num_instances", "resources", "benchmark",
    "isl", "osl", "model", "base", "override_x", "zip_override_x", "metadata", "supported_gpus",
    "cp_config", "urls",
    "enable_attention_dp", "context_parallel_size", "layer_updates_per_iter", "VllmWorker",
    "environment", "identity", "engine", "schema", "disable_overlap_scheduler", "gpus_per_node",
])  # fmt: skip
SECTIONS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)


@given(st.dictionaries(NAMES, SECTIONS, min_size=1, max_size=8), st.sampled_from(["", "1.1.0"]))
def test_no_file_makes_reader_or_rules_fail(data: dict[str, object], release: str) -> None:
    document = yaml_text.Document("any.yaml", data, {(): (1, 1)}, {})
    try:
        topologies = dialects.read(document, {"trtllm": release} if release else None)
    except TopologyError:
        return
    for topology in topologies:
        for finding in rules.check(topology):
            assert finding.render()
