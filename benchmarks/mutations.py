# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: D103 - a mutation is named for what it breaks
"""Break one thing at a time in clean configurations, and see which rules notice.

``python benchmarks/mutations.py`` writes docs/mutations.md; ``--check`` compares instead. With
``--corpus=DIR`` the configurations of that directory are broken too, and the table is only shown.
"""

from __future__ import annotations

import argparse
import copy
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_dynamo import rules
from pytest_dynamo.rules import _case, _examples, _memory, _schema
from pytest_dynamo.topology import dialects, places, yaml_text

if TYPE_CHECKING:
    from pytest_dynamo.topology.model import Topology

PAGE = Path(__file__).resolve().parent.parent / "docs" / "mutations.md"
_HEAD = (
    "| rule | name | broken | detected | others |",
    "| --- | --- | ---: | ---: | --- |",
)
PRIMES = (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


@dataclass
class Config:
    """A configuration as plain data, so that one thing of it can be changed."""

    name: str
    data: dict[str, Any]  # Any: YAML data, here and below
    engines: dict[str, dict[str, Any]]
    context: _case.Context
    case: _case.Case = field(init=False)

    def __post_init__(self) -> None:
        self.case = _case.Case(self.build(), self.context)

    def build(self) -> Topology:
        """Return the topology that the data describe now."""
        documents = {
            role: yaml_text.Document(f"{role}.yaml", data, {}, {})
            for role, data in self.engines.items()
        }
        nowhere = yaml_text.Document(f"{self.name}.yaml", self.data, {}, {})
        return dialects.assemble(self.data, nowhere, documents)

    def errors(self) -> set[str]:
        """Return the rules that call something of it an error."""
        found = rules.check(self.build(), context=self.context)
        return {finding.code for finding in found if finding.level == "error"}

    @property
    def pytorch(self) -> dict[str, dict[str, Any]]:
        """The engine files that the rules of TensorRT-LLM are about."""
        return {worker.name: self.engines[worker.name] for worker in self.case.pytorch}

    def first(self) -> dict[str, Any]:
        """The engine file of the first role."""
        return next(iter(self.pytorch.values()))

    def split(self, role: str, **sizes: Any) -> None:
        """Give a role another parallelism, and nodes of which one holds each worker."""
        engine = self.engines[role]
        for key in ("tensor_parallel_size", "moe_expert_parallel_size", "pipeline_parallel_size",
                    "context_parallel_size", "moe_tensor_parallel_size",
                    "moe_cluster_parallel_size", "gpus_per_node"):  # fmt: skip
            engine.pop(key, None)
        engine.update(sizes)
        world = 1
        for key in ("tensor_parallel_size", "pipeline_parallel_size", "context_parallel_size"):
            world *= engine.get(key, 1)
        self.data["roles"][role].update(nodes_per_worker=1, own_nodes=True)
        most = max(world, self.data["hardware"]["gpus_per_node"])
        self.data["hardware"]["gpus_per_node"] = most
        self.data["nodes"] = None

    def section(self, role: str, key: str) -> dict[str, Any]:
        """The section of an engine file, made where there is none."""
        engine = self.engines[role]
        if not isinstance(engine.get(key), dict):
            engine[key] = {}
        found: dict[str, Any] = engine[key]
        return found

    def between(self, since: str, before: str | None = None) -> bool:
        """Tell whether the release is known and in a range."""
        release = self.case.release
        return release is not None and release.between(since, before)

    @property
    def shape(self) -> Any:
        """What is known of the model."""
        return self.case.model


def plain(topology: Topology, context: _case.Context) -> Config:
    """Return a topology as plain data."""
    data = topology.model_dump(exclude_none=True)
    engines = {name: copy.deepcopy(file.data) for name, file in topology.engine_files.items()}
    for name in engines:
        data["roles"][name].pop("parallel", None)
    return Config(topology.name, data, engines, context)


def clean(corpus: Path | None = None) -> list[Config]:
    """Return the configurations without an error: what ships, the good examples, a corpus."""
    directories = [places.bundled()]
    found = [
        plain(places.load(name, directories), rules.Context()) for name in places.names(directories)
    ]
    for rule in rules.catalogue():
        topology, context = _examples.example(rule.good)
        config = plain(topology, context)
        config.name = f"{rule.code} good"
        found.append(config)
    for file in sorted(corpus.rglob("*.y*ml")) if corpus else ():
        document = places.read_document(file)
        if dialects.kind(document.data) is not None:  # a corpus holds its index too
            found += [plain(item, rules.Context()) for item in dialects.read(document)]
    return [config for config in found if not config.errors()]


Mutation = Callable[[Config], bool]
MUTATIONS: dict[str, Mutation] = {}


def breaks(code: str) -> Callable[[Mutation], Mutation]:
    """Name the rule that a mutation should wake; it returns whether it could be applied."""

    def wrap(mutation: Mutation) -> Mutation:
        MUTATIONS[code] = mutation
        return mutation

    return wrap


def _unaligned(config: Config) -> bool:
    """Tell whether the model's experts are so quantised that their width matters."""
    shape = config.shape
    return shape is None or (bool(shape.experts) and shape.quantization is not None)


@breaks("DYN101")
def heads(config: Config) -> bool:
    shape = config.shape
    if not config.pytorch or _unaligned(config) or not shape.attention_heads:
        return False
    role = next(iter(config.pytorch))
    config.engines[role].pop("enable_attention_dp", None)
    wide = shape.intermediate_size or 1
    sizes = [p for p in PRIMES if shape.attention_heads % p and wide % p == 0]
    if shape.intermediate_size is None:
        sizes = [p for p in PRIMES if shape.attention_heads % p]
    if not sizes:
        return False
    large = (shape.checkpoint_bytes or 0) > 50e9
    config.split(role, tensor_parallel_size=sizes[-1] if large else sizes[0])
    return True


@breaks("DYN102")
def kv_heads(config: Config) -> bool:
    shape = config.shape
    if not config.pytorch or _unaligned(config) or shape.attention != "gqa":
        return False
    heads, kv = shape.attention_heads, shape.kv_heads
    sizes = [n for n in range(heads, 1, -1) if heads % n == 0 and kv % n and n % kv]
    role = next(iter(config.pytorch))
    config.engines[role].pop("enable_attention_dp", None)
    if not sizes:
        return False
    config.split(role, tensor_parallel_size=sizes[0])
    return True


@breaks("DYN103")
def experts(config: Config) -> bool:
    shape = config.shape
    if shape is None or not shape.experts or not config.pytorch:
        return False
    for role, engine in config.pytorch.items():
        engine.pop("moe_load_balancer", None)
        config.section(role, "moe_config").pop("load_balancer", None)
        if not engine["moe_config"]:
            del engine["moe_config"]
        engine["enable_attention_dp"] = True
        config.split(role, tensor_parallel_size=24, moe_expert_parallel_size=24)
    return True


@breaks("DYN104")
def moe_sizes(config: Config) -> bool:
    if not config.pytorch or (config.shape is not None and config.shape.experts):
        return False
    role = next(iter(config.pytorch))
    config.engines[role]["moe_tensor_parallel_size"] = 2 * config.case.pytorch[0].tp
    config.engines[role]["moe_expert_parallel_size"] = 1
    return "tensor_parallel_size" in config.engines[role]


@breaks("DYN105")
def cluster(config: Config) -> bool:
    shape = config.shape
    if not config.pytorch or shape is None or shape.experts or shape.intermediate_size:
        return False
    role = next(iter(config.pytorch))
    config.split(role, tensor_parallel_size=8, moe_expert_parallel_size=2,
                 moe_cluster_parallel_size=2)  # fmt: skip
    return bool(shape.kv_heads % 8 == 0)


@breaks("DYN106")
def context_parallel(config: Config) -> bool:
    if not config.pytorch or config.shape is None or config.shape.intermediate_size:
        return False
    if (config.shape.checkpoint_bytes or 0) > 5e11:
        return False  # too heavy for eight ranks of any GPU
    role = next(iter(config.pytorch))
    config.split(role, tensor_parallel_size=8, moe_expert_parallel_size=8, context_parallel_size=2)
    config.engines[role]["cp_config"] = {"cp_type": "ULYSSES"}
    return True


def _config_json(config: Config) -> dict[str, Any] | None:
    directory = config.context.model
    found = directory.json.get("config.json") if directory else None
    return dict(found) if found else None


def _with_json(config: Config, data: dict[str, Any]) -> None:
    directory = config.context.model
    assert directory is not None
    json = {**directory.json, "config.json": data}
    model = _case.Directory(directory.path, directory.sizes, json, directory.problems)
    config.context = _case.Context(model=model)


@breaks("DYN107")
def dense_width(config: Config) -> bool:
    data = _config_json(config)
    if data is None or "n_routed_experts" in data or config.case.pytorch[0].tp == 1:
        return False
    _with_json(config, {**data, "intermediate_size": data["intermediate_size"] + 1})
    return True


@breaks("DYN108")
def stages(config: Config) -> bool:
    shape = config.shape
    if not config.pytorch or shape is None or not shape.layers:
        return False
    role = next(iter(config.pytorch))
    for part in ("speculative_config", "moe_load_balancer", "moe_config", "moe_backend"):
        config.engines[role].pop(part, None)
        if part == "speculative_config":
            for engine in config.engines.values():
                engine.pop(part, None)
    config.engines[role].pop("enable_attention_dp", None)
    config.split(role, tensor_parallel_size=1, pipeline_parallel_size=shape.layers + 1)
    return True


def _balanced(config: Config) -> Iterator[tuple[str, dict[str, Any]]]:
    for worker in config.case.pytorch:
        for key in (("moe_config", "load_balancer"), ("moe_load_balancer",)):
            found: Any = config.engines[worker.name]
            for name in key:
                found = found.get(name) if isinstance(found, dict) else None
            if isinstance(found, dict) and found.get("num_slots") and worker.ep > 1:
                yield worker.name, found


@breaks("DYN109")
def slots(config: Config) -> bool:
    found = list(_balanced(config))
    for _, balancer in found:
        balancer["num_slots"] += 1
        balancer.pop("initial_global_assignments", None)
    return bool(found)


@breaks("DYN110")
def few_slots(config: Config) -> bool:
    shape = config.shape
    if shape is None or not shape.experts:
        return False
    found = list(_balanced(config))
    for role, balancer in found:
        ep = next(item.ep for item in config.case.pytorch if item.name == role)
        balancer["num_slots"] = (shape.experts - 1) // ep * ep
    return bool(found)


@breaks("DYN111")
def assignment(config: Config) -> bool:
    found = list(_balanced(config))
    for _, balancer in found:
        balancer["initial_global_assignments"] = {"3": list(range(7))}
    return bool(found)


@breaks("DYN112")
def balancer_alone(config: Config) -> bool:
    if not config.between("1.2.0"):
        return False
    found = list(_balanced(config))
    for role, _ in found:
        config.engines[role]["enable_attention_dp"] = False
    return bool(found) and not wideep_alone(config)


@breaks("DYN113")
def wideep_alone(config: Config) -> bool:
    found = False
    for worker in config.case.pytorch:
        backend = worker.word("moe_backend")
        splits = config.shape is None or config.shape.attention_heads % worker.tp == 0
        if backend is not None and backend.value.upper() == "WIDEEP" and splits:
            config.engines[worker.name]["enable_attention_dp"] = False
            found = True
    return found


@breaks("DYN115")
def expert_width(config: Config) -> bool:
    shape = config.shape
    unit = {"FP8_BLOCK_SCALES": 128, "NVFP4": 16}.get((shape and shape.quantization) or "")
    if unit is None or not shape.experts or not config.pytorch:
        return False
    moe_tp = 1
    while shape.moe_intermediate_size % moe_tp == 0 and (
        shape.moe_intermediate_size // moe_tp % unit == 0
    ):
        moe_tp *= 2
    for role, engine in config.pytorch.items():
        engine["enable_attention_dp"] = True
        config.split(role, tensor_parallel_size=moe_tp, moe_expert_parallel_size=1)
        for part in ("speculative_config", "moe_load_balancer", "moe_config", "moe_backend"):
            engine.pop(part, None)
    return True


@breaks("DYN116")
def dense_blocks(config: Config) -> bool:
    data = _config_json(config)
    if data is None or "quantization_config" not in data:
        return False
    _with_json(config, {**data, "intermediate_size": data["intermediate_size"] + 1})
    return True


@breaks("DYN201")
def guessed_tokens(config: Config) -> bool:
    worker = next((item for item in config.case.pytorch if item.name == "decode"), None)
    batch = worker.whole("max_batch_size") if worker else None
    if worker is None or batch is None or not worker.draft_tokens:
        return False
    needed = batch.value * (1 + worker.draft_tokens)
    config.engines["decode"]["max_num_tokens"] = needed - 1
    return True


@breaks("DYN204")
def two_graph_keys(config: Config) -> bool:
    if not config.pytorch or config.between("0.1", "1.0.0rc3"):
        return False
    if not _schema.at_or_after(([*_schema.accepting(config.first()), "0"])[0], "1.0.0rc3") and (
        config.case.release is None
    ):
        return False  # an old file whose release nobody knows
    role = next(iter(config.pytorch))
    config.section(role, "cuda_graph_config").update(batch_sizes=[1, 2, 4], max_batch_size=64)
    return True


@breaks("DYN205")
def long_prompt(config: Config) -> bool:
    worker = next((item for item in config.case.pytorch if item.prefills), None)
    if worker is None:
        return False
    engine = config.engines[worker.name]
    engine.update(max_num_tokens=1000, enable_chunked_prefill=False)
    config.data["workload"] = {"isl": 1001}
    for other in config.pytorch.values():
        other.pop("max_seq_len", None)
    buffer = worker.whole("buffer")
    return buffer is None or buffer.value > 1001


@breaks("DYN206")
def long_sequence(config: Config) -> bool:
    worker = next((item for item in config.case.pytorch), None)
    if worker is None:
        return False
    for engine in config.pytorch.values():
        engine.update(max_seq_len=1000, max_num_tokens=4096)
    config.data["workload"] = {"isl": 1000}
    if any(item.draft_tokens for item in config.case.pytorch):
        return False
    buffer = worker.whole("buffer")
    return buffer is None or buffer.value > 1000


@breaks("DYN208")
def small_cache(config: Config) -> bool:
    found = False
    for worker in config.case.pytorch:
        memory = _memory.of(config.case, worker)
        if memory is not None and memory.tokens and worker.whole("max_seq_len"):
            config.section(worker.name, "kv_cache_config")["free_gpu_memory_fraction"] = 0.0001
            found = True
    return found


@breaks("DYN209")
def too_heavy(config: Config) -> bool:
    shape, gpu = config.shape, config.case.gpu
    if shape is None or gpu is None or not config.pytorch:
        return False
    if (shape.checkpoint_bytes or 0) < gpu.memory_bytes:
        return False
    for role, engine in config.pytorch.items():
        config.split(role, tensor_parallel_size=1)
        for part in ("moe_config", "moe_backend", "moe_load_balancer", "enable_attention_dp"):
            engine.pop(part, None)
    return True


def _pair(config: Config) -> bool:
    return config.case.pair is not None


@breaks("DYN301")
def odd_buffer(config: Config) -> bool:
    for worker in config.case.pytorch:
        buffer = worker.whole("buffer")
        if buffer is not None and not worker.python_transceiver:
            config.engines[worker.name]["cache_transceiver_config"][buffer.path[-1]] += 1
            return True
    return False


@breaks("DYN302")
def small_buffer(config: Config) -> bool:
    if not _pair(config) or not config.between("1.0.0"):
        return False
    for role in ("prefill", "decode"):
        section = config.section(role, "cache_transceiver_config")
        section.update(backend="NIXL", max_tokens_in_buffer=512)
        section.pop("transceiver_runtime", None)
        config.engines[role].pop("max_seq_len", None)
    config.engines["prefill"]["max_num_tokens"] = 4096
    config.data["workload"] = {"isl": 1024}
    return not (config.shape is not None and config.shape.hybrid)


@breaks("DYN303")
def no_transceiver(config: Config) -> bool:
    if not _pair(config) or not config.between("1.0.0rc4"):
        return False
    config.engines["decode"].pop("cache_transceiver_config", None)
    return True


@breaks("DYN304")
def overlap(config: Config) -> bool:
    if not _pair(config) or not config.between("0.20.0", "1.3.0rc0"):
        return False
    engine = config.engines["prefill"]
    section = engine.get("pytorch_backend_config", engine)
    section["disable_overlap_scheduler"] = False
    return True


@breaks("DYN305")
def other_dtype(config: Config) -> bool:
    if not _pair(config) or config.case.release is None:
        return False
    for role, value in (("prefill", "fp8"), ("decode", "int8")):
        engine = config.engines[role]
        if config.between("1.0.0rc4"):
            config.section(role, "kv_cache_config")["dtype"] = value
        elif config.between("0.21.0"):
            engine["kv_cache_dtype"] = value
        else:
            config.section(role, "pytorch_backend_config")["kv_cache_dtype"] = value
    return True


@breaks("DYN306")
def other_block(config: Config) -> bool:
    shape, gpu = config.shape, config.case.gpu
    if not _pair(config) or not config.between("1.1.0"):
        return False
    if shape is not None and shape.attention == "mla" and gpu is not None and gpu.sm == 90:
        return False  # blocks are of 64 there whatever is said
    config.section("decode", "kv_cache_config")["tokens_per_block"] = 16
    return True


@breaks("DYN307")
def speculation(config: Config) -> bool:
    if not _pair(config) or not config.between("0.20.0", "1.3.0rc0"):
        return False
    kinds = {worker.speculation for worker in config.case.pytorch}
    return kinds == {"mtp"} and bool(config.engines["prefill"].pop("speculative_config"))


@breaks("DYN308")
def other_transport(config: Config) -> bool:
    if not _pair(config) or not config.between("1.0.0"):
        return False
    for role, backend in (("prefill", "UCX"), ("decode", "NIXL")):
        section = config.section(role, "cache_transceiver_config")
        section["backend"] = backend
        section.pop("max_tokens_in_buffer", None)
    return not (config.shape is not None and config.shape.hybrid)


@breaks("DYN312")
def beams(config: Config) -> bool:
    if not _pair(config):
        return False
    config.engines["decode"]["max_beam_width"] = 4
    return True


@breaks("DYN313")
def helix(config: Config) -> bool:
    if not _pair(config) or config.shape is None or config.shape.intermediate_size:
        return False
    if (config.shape.checkpoint_bytes or 0) > 5e11:
        return False  # as above
    config.engines["prefill"]["enable_attention_dp"] = False
    for part in ("moe_config", "moe_backend", "moe_load_balancer"):
        config.engines["prefill"].pop(part, None)
    config.split("prefill", tensor_parallel_size=8, context_parallel_size=2)
    config.engines["prefill"]["cp_config"] = {"cp_type": "HELIX"}
    return True


@breaks("DYN314")
def hybrid(config: Config) -> bool:
    if not _pair(config) or config.shape is None or not config.shape.hybrid:
        return False
    for role in ("prefill", "decode"):
        config.engines[role]["cache_transceiver_config"] = {"backend": "NIXL"}
    return config.between("1.3.0rc11")


@breaks("DYN401")
def uneven_nodes(config: Config) -> bool:
    role = next(iter(config.data["roles"]))
    worker = config.case.workers[0]
    config.data["roles"][role]["nodes_per_worker"] = worker.role.parallel.world_size + 1
    config.data["nodes"] = None
    return config.data["engine"] == "trtllm" or "ray" in config.data


@breaks("DYN402")
def missing_node(config: Config) -> bool:
    needed = config.case.nodes_needed or 1
    config.data["nodes"] = needed - 1
    return needed > 1


@breaks("DYN405")
def same_port(config: Config) -> bool:
    config.data["frontend"]["http_port"] = config.data["services"]["nats_port"]
    return "nats_server" not in config.data["services"]


@breaks("DYN406")
def blank_name(config: Config) -> bool:
    config.data["model"]["served_name"] += " "
    return True


@breaks("DYN407")
def no_scheme(config: Config) -> bool:
    config.data["services"]["nats_server"] = "10.0.0.1:4222"
    return True


@breaks("DYN408")
def no_port(config: Config) -> bool:
    config.data["services"]["etcd_endpoints"] = "10.0.0.1"
    return True


@breaks("DYN409")
def loopback(config: Config) -> bool:
    config.data["services"]["etcd_endpoints"] = "127.0.0.1:2379"
    return (config.case.nodes_needed or 1) > 1


@breaks("DYN411")
def large_port(config: Config) -> bool:
    config.data["environment"] = {"DYN_SYSTEM_PORT": "40000"}
    return all(worker.role.workers == 1 for worker in config.case.workers) and (
        config.case.nodes_needed == len(config.case.workers)
    )


@breaks("DYN412")
def one_port(config: Config) -> bool:
    role = config.case.workers[0]
    world = role.role.parallel.world_size
    if role.role.nodes_per_worker > 1 or role.role.own_nodes:
        return False
    config.data["roles"][role.name]["workers"] = 2
    config.data["hardware"]["gpus_per_node"] = 4 * world
    config.data["nodes"] = None
    config.data["environment"] = {"DYN_SYSTEM_PORT": "9090"}
    return True


@breaks("DYN414")
def images(config: Config) -> bool:
    config.data["model"]["modality"] = "multimodal"
    config.data["versions"]["dynamo"] = "0.3.2"
    return config.data["engine"] == "trtllm" and not _graphs(config)


def _graphs(config: Config) -> bool:
    return any(role.get("graph") for role in config.data["roles"].values())


@breaks("DYN415")
def graph(config: Config) -> bool:
    config.data["versions"]["dynamo"] = "0.6.0"
    return _graphs(config)


@breaks("DYN417")
def no_file(config: Config) -> bool:
    for worker in config.case.pytorch:
        found = worker.word("load_balancer")
        if found is not None:
            config.context = _case.Context(files={found.value: None})
            return True
    return False


@breaks("DYN420")
def no_ray(config: Config) -> bool:
    config.data.pop("ray", None)
    wide = any(worker.role.nodes_per_worker > 1 for worker in config.case.workers)
    return config.data["engine"] == "vllm" and wide


@breaks("DYN425")
def few_gpus(config: Config) -> bool:
    for worker in config.case.workers:
        single = worker.role.nodes_per_worker == 1 and worker.role.parallel.world_size > 1
        if worker.prefix and single:
            component = config.engines[worker.name][str(worker.prefix[0])]
            component["ServiceArgs"] = {"resources": {"gpu": 1}}
            return True
    return False


@breaks("DYN501")
def invented_key(config: Config) -> bool:
    if not config.pytorch or not config.between("0.21.0", "1.2.2"):
        return False
    config.first()["kv_cache_free_gpu_memory_fraction"] = 0.8
    return True


@breaks("DYN502")
def old_key(config: Config) -> bool:
    if not config.pytorch or not config.between("1.0.0"):
        return False
    config.first()["use_cuda_graph"] = True
    return True


@breaks("DYN503")
def gone_key(config: Config) -> bool:
    if not config.pytorch or not config.between("1.0.0"):
        return False
    config.first()["batching_type"] = "INFLIGHT"
    return True


@breaks("DYN504")
def new_key(config: Config) -> bool:
    if not config.pytorch or not config.between("0.21.0", "1.0.1"):
        return False
    config.first()["return_perf_metrics"] = True
    return True


@breaks("DYN506")
def mixed_keys(config: Config) -> bool:
    if not config.pytorch or config.case.release is not None:
        return False
    config.first().update(use_cuda_graph=True, return_perf_metrics=True)
    return True


@breaks("DYN509")
def words_for_numbers(config: Config) -> bool:
    if not config.pytorch:
        return False
    config.first()["max_batch_size"] = "many"
    return True


@breaks("DYN510")
def per_cent(config: Config) -> bool:
    if not config.pytorch:
        return False
    role = next(iter(config.pytorch))
    config.section(role, "kv_cache_config")["free_gpu_memory_fraction"] = 85
    return True


@breaks("DYN511")
def small_letters(config: Config) -> bool:
    if not config.pytorch or not config.between("1.0.0"):
        return False
    role = next(iter(config.pytorch))
    config.section(role, "scheduler_config")["capacity_scheduler_policy"] = "max_utilization"
    return True


@breaks("DYN512")
def small_backend(config: Config) -> bool:
    if not _pair(config) or not config.between("1.1.0"):
        return False
    for role in ("prefill", "decode"):
        section = config.section(role, "cache_transceiver_config")
        if "backend" in section:
            section["backend"] = section["backend"].lower()
    return True


@breaks("DYN601")
def hopper(config: Config) -> bool:
    shape = config.shape
    if shape is None or shape.quantization != "NVFP4" or not config.pytorch:
        return False
    config.data["hardware"]["gpu"] = "H200"
    case = _case.Case(config.build(), config.context)
    room = [_memory.of(case, worker) for worker in case.pytorch]
    return all(item and item.weights * 1.3 < item.total for item in room)


@breaks("DYN602")
def ampere(config: Config) -> bool:
    shape = config.shape
    config.data["hardware"]["gpu"] = "A100"
    return shape is not None and shape.quantization in ("FP8", "FP8_BLOCK_SCALES")


@breaks("DYN603")
def cut_download(config: Config) -> bool:
    config.context = _case.Context(
        model=_case.Directory("/models/cut", {"config.json": 9, "tokenizer.json": 9})
    )
    return True


@breaks("DYN605")
def no_mtp_layer(config: Config) -> bool:
    shape = config.shape
    if shape is None or shape.mtp_layers != 0 or not config.pytorch:
        return False
    for engine in config.pytorch.values():
        engine["speculative_config"] = {"decoding_type": "MTP", "num_nextn_predict_layers": 1}
        engine.pop("max_num_tokens", None)
    return True


@breaks("DYN606")
def no_draft_model(config: Config) -> bool:
    for engine in config.pytorch.values():
        engine["speculative_config"] = {"decoding_type": "Eagle", "max_draft_len": 1}
        engine.pop("max_num_tokens", None)
    return bool(config.pytorch)


@breaks("DYN607")
def no_guess(config: Config) -> bool:
    shape = config.shape
    if not config.pytorch or shape is None or not shape.mtp_layers:
        return False
    for engine in config.pytorch.values():
        engine["speculative_config"] = {"decoding_type": "MTP", "num_nextn_predict_layers": 0}
    return True


@breaks("DYN608")
def medusa(config: Config) -> bool:
    if not config.between("1.0.0"):
        return False
    for engine in config.pytorch.values():
        engine["speculative_config"] = {"decoding_type": "Medusa", "max_draft_len": 1}
        engine.pop("max_num_tokens", None)
    return bool(config.pytorch)


@dataclass
class Row:
    """What became of one mutation: tried, detected, and what else was alarmed."""

    code: str
    tried: int = 0
    detected: int = 0
    others: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)


def run(configs: list[Config]) -> list[Row]:
    """Apply every mutation to every clean configuration that it can be applied to."""
    rows = []
    for code, mutation in sorted(MUTATIONS.items()):
        row = Row(code)
        for original in configs:
            config = copy.deepcopy(original)
            if not mutation(config):
                continue
            row.tried += 1
            found = config.errors()
            row.detected += code in found
            if code not in found:
                row.missed.append(original.name)
            for other in found - {code}:
                row.others[other] = row.others.get(other, 0) + 1
        rows.append(row)
    return rows


def shown() -> list[Row]:
    """Break the good example of every rule that never is an error into its bad one.

    Here others are findings of any level: what is only shown has nothing else to show.
    """
    rows = []
    for rule in rules.catalogue():
        if rule.code in MUTATIONS:
            continue
        before, after = _codes(rule.good), _codes(rule.bad)
        found = rule.code in after - before
        others = dict.fromkeys(after - before - {rule.code}, 1)
        rows.append(Row(rule.code, 1, int(found), others, [] if found else ["its own example"]))
    return rows


def _codes(text: str) -> set[str]:
    topology, context = _examples.example(text)
    return {finding.code for finding in rules.check(topology, context=context)}


def page(rows: list[Row], quiet: list[Row], configs: list[Config]) -> str:
    """Return the page of docs: two tables, one line for each rule."""
    names = {rule.code: rule.name for rule in rules.catalogue()}
    tried, detected = (sum(getattr(row, key) for row in rows) for key in ("tried", "detected"))
    alarms = sum(sum(row.others.values()) for row in rows)
    lines = [
        "# Mutations",
        "",
        "Clean configurations - what ships, and the good example of every rule - are broken in",
        "one thing at a time, for every rule that can be an error. *Detected* is how often the",
        "intended rule noticed, *others* how often another rule called it an error too.",
        "",
        "Written by `python benchmarks/mutations.py`; `--check` is part of CI.",
        "",
        f"{len(configs)} configurations, {len(rows)} mutations, {tried} broken configurations:",
        f"{detected} detected, {alarms} false alarms.",
        "",
        *_HEAD,
    ]
    lines += _table(rows, names)
    lines += [
        "",
        "## Warnings and notes",
        "",
        "The good example of every other rule, broken into its bad one; *others* are findings of",
        "any level that came with it.",
        "",
        *_HEAD,
        *_table(quiet, names),
    ]
    return "\n".join([*lines, ""])


def _table(rows: list[Row], names: dict[str, str]) -> list[str]:
    lines = []
    for row in rows:
        others = ", ".join(f"{code} {count}" for code, count in sorted(row.others.items())) or "0"
        lines.append(
            f"| {row.code} | {names[row.code]} | {row.tried} | {row.detected} | {others} |"
        )
    return lines


def main() -> int:
    """Write or compare the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--corpus", type=Path)
    options = parser.parse_args()
    configs = clean(options.corpus)
    rows, quiet = run(configs), shown()
    text = page(rows, quiet, configs)
    for row in (*rows, *quiet):
        if row.missed:
            print(f"{row.code} missed in {', '.join(row.missed[:5])}")
    if options.corpus:
        print(text)
        return 0
    if options.check:
        if any(row.missed or row.others or not row.tried for row in (*rows, *quiet)):
            print("a mutation is missed, alarms another rule, or applies nowhere")
            return 1
        same = PAGE.is_file() and PAGE.read_text("utf-8") == text
        print("docs/mutations.md is up to date" if same else "docs/mutations.md is out of date")
        return 0 if same else 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
