# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The files of trtllm-serve, of its Slurm benchmark and of srt-slurm, as parts of topologies.

Each reader yields what a topology's file would say, and the engine file of each role as a document
whose keys keep their places.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.topology import facts, variants
from pytest_dynamo.topology.yaml_text import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Data = dict[str, Any]  # Any: YAML data
Path = tuple[str | int, ...]
#: What a topology's file would say, and the engine file of each role.
Read = tuple[Data, dict[str, Document]]
UNKNOWN = "unknown"

#: What a file of trtllm-serve says of no engine: its workers are started with files of their own.
_OF_NO_ENGINE = frozenset(("backend", "model", "model_name"))
#: What trtllm-serve reads itself from a file whose other keys are the engine's.
_SERVE_KEYS = frozenset((
    "hostname", "port", "max_retries", "perf_metrics_max_requests", "return_perf_metrics",
    "perf_metrics_output_dir", "context_servers",
    "generation_servers", "conditional_disagg_config", "otlp_config", "disagg_cluster", "node_id",
    "schedule_style", "num_workers", "disagg_coordinator_url", "allow_request_chat_template",
    "gen_strip_message_history", "gen_tokids_ctxbytes", "num_instances", "urls", "router",
    "server_role", "ctx_router", "gen_router",
))  # fmt: skip
#: What is trtllm-serve's own above the sections, and the engine's in them.
_OF_BOTH = frozenset((
    "perf_metrics_max_requests", "return_perf_metrics", "perf_metrics_output_dir",
))  # fmt: skip
_RUNTIME_IMAGE = re.compile(
    r"tensorrtllm-runtime:(?P<version>\d+(?:\.\d+)*(?:[-.]?(?:dev|rc|post)\.?\d+)*)"
)


def part(document: Document, prefix: Path) -> Document:
    """Return the section of a document as a document of its own, at the same places."""
    data = document.data
    for key in prefix:
        data = data[key]
    return moved(document, data, ((prefix, ()),))


def moved(document: Document, data: object, moves: Iterable[tuple[Path, Path]]) -> Document:
    """Return a document of ``data`` whose places are those of ``moves``, from and to."""
    places: dict[Path, tuple[int, int]] = {}
    scalars: dict[Path, str] = {}
    for old, new in moves:
        size = len(old)
        for path, at in document.places.items():
            if path[:size] == old:
                places.setdefault((*new, *path[size:]), at)
        for path, text in document.scalars.items():
            if path[:size] == old:
                scalars.setdefault((*new, *path[size:]), text)
    return Document(document.file, data, places, scalars)


def disaggregated(document: Document) -> Iterator[Read]:
    """Read a file of ``trtllm-serve disaggregated``: both sections inherit what stands above.

    Where hosts are given trtllm-serve reads the file as it is, and refuses a section that
    contradicts what it inherits. Without them it cannot, and is not what the file is for: workers
    are started apart from its sections, whose values win.

    Raises:
        TopologyError: a section contradicts what it inherits, or counts its hosts wrongly.
    """
    data = document.data
    served = "disagg_cluster" in data or any(
        "urls" in section_of(data, key) for key in ("context_servers", "generation_servers")
    )
    inherited = {key: value for key, value in data.items() if key not in _SERVE_KEYS}
    roles: Data = {}
    engines: dict[str, Document] = {}
    for role, key in (("prefill", "context_servers"), ("decode", "generation_servers")):
        section = section_of(data, key)
        if section.get("num_instances") == 0:
            continue
        for name, value in section.items():
            if served and name in inherited and inherited[name] != value:
                raise TopologyError(
                    f"{name} is specified both at the top level and in {key}, with different "
                    f"values",
                    where=str(document.where((key, name))),
                    evidence=f"the other one: {document.where((name,))}",
                    remedy="keep one of them",
                )
        urls, count = section.get("urls"), count_of(section.get("num_instances"))
        if isinstance(urls, list) and count and len(urls) != count:
            raise TopologyError(
                f"number of hostnames ({len(urls)}) should be equal to the number of instances "
                f"({count})",
                where=str(document.where((key, "urls"))),
                remedy=f"num_instances: {len(urls)}",
            )
        own = {
            name: value for name, value in section.items() if name not in _SERVE_KEYS - _OF_BOTH
        }
        merged = {**inherited, **own}
        roles[role] = {"workers": count_of(section.get("num_instances")) or 1}
        if merged.keys() <= _OF_NO_ENGINE:
            continue
        moves: list[tuple[Path, Path]] = [((key, name), (name,)) for name in own]
        moves += [((name,), (name,)) for name in inherited]
        if "free_gpu_memory_fraction" in merged:
            # an argument of trtllm-serve; as a key of the cache it is the engine's
            fraction = merged.pop("free_gpu_memory_fraction")
            cache = merged.get("kv_cache_config")
            merged["kv_cache_config"] = {
                "free_gpu_memory_fraction": fraction,
                **(cache if isinstance(cache, dict) else {}),
            }
        engines[role] = moved(document, merged, moves)
    roles, engines = _paired(roles, engines)
    yield {"model": {"path": data.get("model") or data.get("model_name")}, "roles": roles}, engines


def _paired(roles: Data, engines: dict[str, Document]) -> tuple[Data, dict[str, Document]]:
    """Return the roles; one side alone, as a benchmark of it, is a topology of its own."""
    if len(roles) != 1 or "agg" in roles:
        return roles, engines
    engine = next(iter(engines.values()), None)
    return {"agg": next(iter(roles.values()))}, {} if engine is None else {"agg": engine}


def benchmark(document: Document) -> Iterator[Read]:
    """Read a file of TensorRT-LLM's benchmark of disaggregated serving on Slurm."""
    data = document.data
    hardware, metadata = section_of(data, "hardware"), section_of(data, "metadata")
    environment, sequence = section_of(data, "environment"), section_of(data, "sequence")
    load = {**sequence, **section_of(data, "benchmark")}
    workers = data["worker_config"]
    roles: Data = {}
    engines: dict[str, Document] = {}
    for role, key in (("prefill", "ctx"), ("decode", "gen")):
        if isinstance(workers.get(key), dict) and hardware.get(f"num_{key}_servers") != 0:
            engines[role] = part(document, ("worker_config", key))
            roles[role] = {"workers": count_of(hardware.get(f"num_{key}_servers")) or 1}
    if len(engines) == 1:  # the load is for both sides
        load = {}
    roles, engines = _paired(roles, engines)
    path = str(environment.get("model_path") or "")
    if not path or path.startswith("<"):
        path = metadata.get("model_dir_name") or metadata.get("model_name") or UNKNOWN
    gpus = metadata.get("supported_gpus")
    known = [gpu for gpu in map(facts.gpu, gpus if isinstance(gpus, list) else []) if gpu]
    largest = max(known, key=lambda gpu: gpu.memory_bytes, default=None)
    image = environment.get("container_image")
    yield (
        {
            "model": {"path": path, "quantization": metadata.get("precision")},
            "hardware": {
                "gpu": largest.name if largest else None,
                "gpus_per_node": count_of(hardware.get("gpus_per_node")),
            },
            "roles": roles,
            "workload": load_of(load.get("input_length"), load.get("output_length")),
            "container": {"image": image if isinstance(image, str) else None},
            "environment": dict(
                pair.split("=", 1)
                for pair in str(environment.get("worker_env_var") or "").split()
                if "=" in pair
            ),
        },
        engines,
    )


def recipe(document: Document) -> Iterator[Read]:
    """Read a recipe; of one with variants they are read, and not the base that none runs alone."""
    if is_recipe(document.data):
        yield _recipe(document, document.data, ())
        return
    base, found = document.data["base"], False
    for key, name, section in variants.of(document.data):
        data, engines = _recipe(document, variants.merged(base, section), ("base",), key)
        yield {**data, "name": name}, engines
        found = True
    if not found:
        yield _recipe(document, base, ("base",))


def _recipe(document: Document, data: Data, prefix: Path, override: str | None = None) -> Read:
    roles: Data = {}
    engines: dict[str, Document] = {}
    total: int | None = 0
    for role in ("prefill", "decode", "agg"):
        inside, section, workers, nodes = _role(data, role)
        if section is None or workers == 0 or (role == "agg" and roles):
            continue
        moves: list[tuple[Path, Path]] = [((override, *inside), ())] if override else []
        engines[role] = moved(document, section, [*moves, ((*prefix, *inside), ())])
        roles[role] = {"workers": workers}
        if nodes is None:  # it shares the nodes of others, or nobody says
            total = None
            continue
        total = None if total is None else total + nodes
        if nodes % workers == 0:
            roles[role]["nodes_per_worker"] = nodes // workers
    if total is not None:
        for role in roles.values():
            role["own_nodes"] = "nodes_per_worker" in role
    if sum("nodes_per_worker" not in role for role in roles.values()) > 1:
        total = None  # each role packs its workers on nodes of its own, which only that tool does
    if not roles:
        raise TopologyError(
            "a recipe without workers",
            where=str(document.where(prefix)),
            remedy="prefill and decode, or aggregated, with their arguments",
        )
    load = section_of(data, "benchmark") if len(roles) > 1 or "agg" in roles else {}
    roles, engines = _paired(roles, engines)
    model, resources = section_of(data, "model"), section_of(data, "resources")
    identity, gpu = section_of(data, "identity"), str(resources.get("gpu_type") or "")
    frameworks = section_of(identity, "frameworks")
    image = str(section_of(identity, "container").get("image") or model.get("container") or "")
    image = image.replace("#", "/", 1)
    runtime = _RUNTIME_IMAGE.search(image)
    versions = {
        "dynamo": frameworks.get("dynamo") or (runtime["version"] if runtime else None),
        "trtllm": frameworks.get("tensorrt_llm"),
    }
    path = section_of(identity, "model").get("repo") or model.get("path") or UNKNOWN
    return {
        "versions": {key: str(value) for key, value in versions.items() if value},
        "model": {
            "path": str(path).removeprefix("hf:"),
            "quantization": model.get("precision"),
        },
        "hardware": {
            "gpu": gpu.upper() or None,
            "gpus_per_node": count_of(resources.get("gpus_per_node")),
        },
        "nodes": total or None,
        "roles": roles,
        "workload": load_of(load.get("isl"), load.get("osl")),
        "container": {"image": image or None},
        "environment": _variables(data),
    }, engines


def _role(data: Data, role: str) -> tuple[Path, Data | None, int, int | None]:
    """Return where a role's arguments stand, the arguments, its workers and its nodes."""
    if is_second_schema(data):
        here = section_of(section_of(data, "roles"), role)
        arguments, inside = here.get("args"), ("roles", role, "args")
        workers, nodes = here.get("workers"), here.get("nodes")
    else:
        resources, long = section_of(data, "resources"), _LONG_NAMES.get(role, role)
        arguments = section_of(section_of(data, "backend"), "trtllm_config").get(long)
        inside = ("backend", "trtllm_config", long)
        workers, nodes = resources.get(f"{role}_workers"), resources.get(f"{role}_nodes")
    section = arguments if isinstance(arguments, dict) else None
    return inside, section, 0 if workers == 0 else count_of(workers) or 1, count_of(nodes)


_LONG_NAMES = {"agg": "aggregated"}


def _variables(data: Data) -> dict[str, str]:
    if is_second_schema(data):
        sections = [section_of(role, "env") for role in section_of(data, "roles").values()
                    if isinstance(role, dict)]  # fmt: skip
    else:
        backend = section_of(data, "backend")
        names = ("prefill", "decode", "aggregated")
        sections = [section_of(backend, f"{name}_environment") for name in names]
    return {str(name): str(value) for section in sections for name, value in section.items()}


def section_of(data: Mapping[Any, Any], key: str) -> Data:  # Any: YAML data
    """Return a section of a mapping, empty where there is none."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def count_of(value: object) -> int | None:
    """Return a positive whole number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if value > 0 else None


def load_of(isl: object, osl: object) -> Data | None:
    """Return the stated load, None where nothing is stated."""
    load = {"isl": count_of(isl), "osl": count_of(osl)}
    return load if any(load.values()) else None


def is_recipe(data: object) -> bool:
    """Tell whether a mapping is a recipe of srt-slurm for TensorRT-LLM, of either schema."""
    if not isinstance(data, dict):
        return False
    if is_second_schema(data):
        engine = data.get("engine")
        name = engine.get("type") if isinstance(engine, dict) else engine
        return name == "trtllm"
    return isinstance(section_of(data, "backend").get("trtllm_config"), dict)


def is_second_schema(data: Data) -> bool:
    """Tell the layout with ``roles`` of ``args`` from the one with ``backend``."""
    roles = section_of(data, "roles")
    return any(isinstance(role, dict) and "args" in role for role in roles.values())
