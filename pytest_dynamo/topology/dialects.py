# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Topologies out of what others write: engine files, trtllm-serve files, benchmarks, recipes.

Each dialect is told by its keys. What a file does not say stays ``unknown``, and what is not known
is not judged. Every key keeps its place in the file that was read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.topology import recipes, vllm_file
from pytest_dynamo.topology import versions as versions_of
from pytest_dynamo.topology.model import EngineFile, Topology
from pytest_dynamo.topology.recipes import UNKNOWN, Data, Path, Read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pytest_dynamo.topology.yaml_text import Document

Kind = Literal[
    "topology", "engine", "disaggregated", "benchmark", "recipe", "balancer", "serve", "vllm"
]

#: The engines' own names of what ``Parallel`` holds; vLLM's are its flags.
_PARALLEL: Mapping[str, tuple[str, ...]] = {
    "tp": ("tensor_parallel_size", "tensor-parallel-size"),
    "pp": ("pipeline_parallel_size", "pipeline-parallel-size"),
    "cp": ("context_parallel_size",),
    "ep": ("moe_expert_parallel_size",),
    "attention_dp": ("enable_attention_dp",),
}
_BALANCER = {"num_slots", "layer_updates_per_iter", "initial_global_assignments"}


def kind(data: object) -> Kind | None:
    """Return which dialect a file is in, None when it is none of those that are read."""
    if not isinstance(data, dict):
        return None
    keys = data.keys()
    tests: tuple[tuple[Kind, Callable[[], bool]], ...] = (
        ("recipe", lambda: any(recipes.is_recipe(item) for item in (data, data.get("base")))),
        ("topology", lambda: "roles" in keys),
        ("disaggregated", lambda: bool({"context_servers", "generation_servers"} & keys)),
        ("benchmark", lambda: isinstance(data.get("worker_config"), dict)),
        ("balancer", lambda: bool(keys) and keys <= _BALANCER),
        ("serve", lambda: bool(component(data, "decode") or component(data, "prefill"))),
        ("engine", lambda: bool(_ENGINE_MARKS & keys)),
        ("vllm", lambda: vllm_file.is_vllm(keys)),
        ("engine", lambda: bool(_SHARED_MARKS & keys) and not vllm_file.is_sglang(keys)),
    )
    return next((name for name, holds in tests if holds()), None)


#: One of these tells a file of TensorRT-LLM from any other YAML, be it of one line.
_ENGINE_MARKS = frozenset((
    "moe_expert_parallel_size",
    "max_batch_size", "max_num_tokens", "max_seq_len", "max_beam_width",
    "kv_cache_config", "kv_connector_config", "connector_config",
    "moe_config", "moe_load_balancer", "nvfp4_gemm_config",
    "cuda_graph_config", "use_cuda_graph", "cuda_graph_batch_sizes", "cuda_graph_max_batch_size",
    "cuda_graph_padding_enabled", "torch_compile_config", "pytorch_backend_config",
    "cache_transceiver_config", "sparse_attention_config",
    "scheduler_config", "attention_dp_config", "enable_attention_dp",
    "disable_overlap_scheduler", "enable_autotuner", "autotuner_enabled", "enable_min_latency",
    "attn_backend", "lora_config", "peft_cache_config",
    "print_iter_log", "num_postprocess_workers", "return_perf_metrics",
))  # fmt: skip
#: These do where no flag of another engine stands beside them.
_SHARED_MARKS = frozenset((
    "tensor_parallel_size", "pipeline_parallel_size", "kv_cache_dtype", "moe_backend",
    "speculative_config", "enable_chunked_prefill", "guided_decoding_backend", "stream_interval",
))  # fmt: skip


def read(document: Document, versions: Mapping[str, str] | None = None) -> list[Topology]:
    """Return the topologies that a file of another dialect describes; most describe one.

    ``versions`` holds what the person said of ``dynamo`` and ``trtllm``; it wins over the file.

    Raises:
        TopologyError: the file is in no dialect, or contradicts itself.
    """
    dialect = kind(document.data)
    readers: Mapping[Kind, Callable[[Document], Iterable[Read]]] = {
        "engine": _engine,
        "balancer": _balancer,
        "disaggregated": recipes.disaggregated,
        "benchmark": recipes.benchmark,
        "recipe": recipes.recipe,
        "serve": _serve,
        "vllm": vllm_file.read,
    }
    if dialect is None or dialect == "topology":
        raise TopologyError(
            "in no dialect that is read",
            where=document.file,
            remedy="an engine's file, a trtllm-serve file, a benchmark or recipe of TensorRT-LLM",
        )
    found = []
    for given, engines in readers[dialect](document):
        if not given["roles"]:
            raise TopologyError(
                "no worker is described",
                where=str(document.where()),
                remedy="a prefill and a decode worker, or one that does both",
            )
        data = _completed(given, engines, document.file)
        data["versions"].update(versions or {})
        files = engines
        if dialect == "balancer":
            files = {"agg": _balanced(document, data["versions"].get("trtllm"))}
        try:
            found.append(assemble(data, document, files))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(item) for item in first["loc"])
            raise TopologyError(
                f"{where}: {first['msg']}", where=document.file, remedy="correct the file"
            ) from error
    return found


def engine_file(document: Document) -> EngineFile:
    """Return the engine file that a document is."""
    file = EngineFile(path=document.file, data=document.data)
    file._document = document  # noqa: SLF001 - ours; set once, where the value is made
    return file


def component(data: Mapping[Any, Any], role: str) -> tuple[str, ...]:  # Any: YAML data
    """Return where a ``dynamo serve`` file says what a role's worker is told; () in other files."""
    for key, value in data.items():
        name = str(key).lower()
        if not isinstance(value, dict) or not name.endswith("worker"):
            continue
        if "encode" in name or "sglang" in name:  # no role of ours, no engine of ours
            continue
        if ("prefill" in name) == (role == "prefill"):
            return (str(key),)
    return ()


def parallel(data: Mapping[Any, Any], role: str) -> dict[str, int | bool]:  # Any: YAML data
    """Return what an engine's YAML says of ``Parallel``; values that cannot be are left out.

    A rule tells of those: here they must not keep the rest from being checked.
    """
    section = data
    for key in component(data, role):
        section = section[key]
    found: dict[str, int | bool] = {}
    for field, keys in _PARALLEL.items():
        value = next((section[key] for key in keys if key in section), None)
        if isinstance(value, bool) == (field == "attention_dp") and (
            isinstance(value, int) and value >= (field != "attention_dp")
        ):
            found[field] = value
    return found


def assemble(
    data: Mapping[str, Any],  # Any: YAML data
    document: Document,
    engines: Mapping[str, Document],
) -> Topology:
    """Return the topology that ``data`` describes, with the engine file of each role.

    ``document`` says where its keys stand; ``data`` may hold more than the document does.

    Raises:
        ValidationError: the data describe no topology.
    """
    roles = {name: dict(role) for name, role in data["roles"].items()}
    for name, engine in engines.items():
        roles[name].setdefault("parallel", parallel(engine.data, name))
    topology = Topology.model_validate({**data, "roles": roles})
    topology._document = document  # noqa: SLF001 - ours; set once, where the value is made
    topology._engine_files = {  # noqa: SLF001 - as above
        name: engine_file(engine) for name, engine in engines.items()
    }
    return topology


def _completed(given: Data, engines: Mapping[str, Document], file: str) -> Data:
    """Return a topology's data with what the file did not say."""
    stem = re.sub("[^a-z0-9]+", "_", file.rpartition("/")[2].partition(".y")[0].lower())
    model = given.get("model") or {}
    path = str(model.get("path") or UNKNOWN)
    worlds = [_world(parallel(engine.data, role)) for role, engine in engines.items()]
    hardware = given.get("hardware") or {}
    told = [recipes.count_of(engine.data.get("gpus_per_node")) for engine in engines.values()]
    per_node = hardware.get("gpus_per_node") or max(filter(None, told), default=None)
    per_node = per_node or max(worlds, default=1)
    roles = given["roles"]
    for role, engine in engines.items():
        world = _world(parallel(engine.data, role))
        fewest = -(-world // per_node)
        evenly = next(nodes for nodes in range(fewest, world + 1) if world % nodes == 0)
        roles[role].setdefault("nodes_per_worker", evenly)
    return {
        "name": stem.strip("_")[:64] or UNKNOWN,
        "description": f"read from {file}",
        "engine": "trtllm",
        **given,
        "versions": {"dynamo": UNKNOWN, **(given.get("versions") or {})},
        "model": {"served_name": path, **model, "path": path},
        "hardware": {"gpu": hardware.get("gpu") or UNKNOWN, "gpus_per_node": per_node},
        "roles": roles,
    }


def _world(sizes: Mapping[str, int | bool]) -> int:
    return int(sizes.get("tp", 1)) * int(sizes.get("pp", 1)) * int(sizes.get("cp", 1))


def _engine(document: Document) -> Iterator[Read]:
    name = document.data.get("model") or document.data.get("model_name")
    if "tensor_parallel_size" not in document.data:
        name = None  # the command line says it, so nothing can be held against the model
    yield {"model": {"path": name}, "roles": {"agg": {}}}, {"agg": document}


def _balancer(document: Document) -> Iterator[Read]:
    yield {"roles": {"agg": {}}}, {"agg": _balanced(document, None)}


def _balanced(document: Document, trtllm: str | None) -> Document:
    """Return an engine file that uses a load balancer's file: two ranks, so any ep divides."""
    key: Path = ("moe_config", "load_balancer")
    if trtllm is not None and versions_of.trtllm(trtllm).between(before="1.0.0rc3"):
        key = ("moe_load_balancer",)
    value: Any = document.data  # Any: YAML data
    for part_of in reversed(key):
        value = {part_of: value}
    data = {"tensor_parallel_size": 2, "enable_attention_dp": True, **value}
    return recipes.moved(document, data, (((), key),))


def _serve(document: Document) -> Iterator[Read]:
    """Read a ``dynamo serve`` file; a component takes the common values that it lists."""
    data, common = document.data, recipes.section_of(document.data, "Common")
    names = [component(data, role) for role in ("prefill", "decode")]
    merged = dict(data)
    moves: list[tuple[Path, Path]] = [((), ())]
    for name in (item[0] for item in names if item):
        wanted = data[name].get("common-configs")
        listed = wanted if isinstance(wanted, list) else []
        taken = {key: value for key, value in common.items() if key in listed}
        merged[name] = {**taken, **data[name]}
        moves += [(("Common", key), (name, key)) for key in taken]
    engine = recipes.moved(document, merged, moves)
    worker = str((names[1] or names[0])[0])
    disaggregated = all(names) and data[worker].get("remote-prefill") is not False
    roles = ("prefill", "decode") if disaggregated else ("agg",)
    model = common.get("model") or data[worker].get("model")
    given: Data = {
        "engine": "trtllm" if re.search("trtllm|tensorrt", worker.lower()) else "vllm",
        "model": {"path": model, "served_name": str(common.get("served_model_name") or model)},
        "roles": {role: {} for role in roles},
    }
    if given["engine"] == "trtllm":  # the engine's values are in a file of their own
        yield given, {}
    else:
        yield given, dict.fromkeys(roles, engine)
