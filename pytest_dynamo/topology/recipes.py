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
from pytest_dynamo.topology import facts
from pytest_dynamo.topology.yaml_text import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Data = dict[str, Any]  # Any: YAML data
Path = tuple[str | int, ...]
#: What a topology's file would say, and the engine file of each role.
Read = tuple[Data, dict[str, Document]]
UNKNOWN = "unknown"

#: What trtllm-serve reads itself from a file whose other keys are the engine's.
_SERVE_KEYS = frozenset((
    "hostname", "port", "max_retries", "perf_metrics_max_requests", "context_servers",
    "generation_servers", "conditional_disagg_config", "otlp_config", "disagg_cluster", "node_id",
    "schedule_style", "num_workers", "disagg_coordinator_url", "allow_request_chat_template",
    "gen_strip_message_history", "gen_tokids_ctxbytes", "num_instances", "urls", "router",
    "server_role", "ctx_router", "gen_router",
))  # fmt: skip
_RUNTIME_IMAGE = re.compile(r"tensorrtllm-runtime:(?P<version>\d[0-9a-z.-]*)")


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

    Raises:
        TopologyError: a section contradicts what it inherits, or counts its hosts wrongly.
    """
    data = document.data
    inherited = {key: value for key, value in data.items() if key not in _SERVE_KEYS}
    roles: Data = {}
    engines: dict[str, Document] = {}
    for role, key in (("prefill", "context_servers"), ("decode", "generation_servers")):
        section = data.get(key)
        section = section if isinstance(section, dict) else {}
        for name, value in section.items():
            if name in inherited and inherited[name] != value:
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
        own = {name: value for name, value in section.items() if name not in _SERVE_KEYS}
        merged = {**inherited, **own}
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
        roles[role] = {"workers": count_of(section.get("num_instances")) or 1}
        engines[role] = moved(document, merged, moves)
    yield {"model": {"path": data.get("model") or data.get("model_name")}, "roles": roles}, engines


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
        if isinstance(workers.get(key), dict):
            engines[role] = part(document, ("worker_config", key))
            roles[role] = {"workers": count_of(hardware.get(f"num_{key}_servers")) or 1}
    if len(engines) == 1:  # a benchmark of one side
        (only,) = engines.values()
        roles, engines, load = {"agg": next(iter(roles.values()))}, {"agg": only}, {}
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
    """Read a recipe; one with a ``base`` is read with each of its overrides too."""
    if is_recipe(document.data):
        yield _recipe(document, document.data, ())
        return
    base = document.data["base"]
    yield _recipe(document, base, ("base",))
    for key, section in document.data.items():
        if str(key).startswith("override_") and isinstance(section, dict):
            data, engines = _recipe(document, merge(base, section), ("base",), str(key))
            suffix = re.sub("[^a-z0-9]+", "_", str(key).removeprefix("override_").lower())
            yield {**data, "name": f"variant_{suffix}".rstrip("_")[:64]}, engines


def _recipe(document: Document, data: Data, prefix: Path, override: str | None = None) -> Read:
    model, resources = section_of(data, "model"), section_of(data, "resources")
    identity, backend = section_of(data, "identity"), data["backend"]
    frameworks = section_of(identity, "frameworks")
    roles: Data = {}
    engines: dict[str, Document] = {}
    total = 0
    for role, key, short in (
        ("prefill", "prefill", "prefill"),
        ("decode", "decode", "decode"),
        ("agg", "aggregated", "agg"),
    ):
        section = backend["trtllm_config"].get(key)
        if not isinstance(section, dict) or (role == "agg" and roles):
            continue
        inside: Path = ("backend", "trtllm_config", key)
        moves: list[tuple[Path, Path]] = [((override, *inside), ())] if override else []
        engines[role] = moved(document, section, [*moves, ((*prefix, *inside), ())])
        workers = count_of(resources.get(f"{short}_workers")) or 1
        nodes = count_of(resources.get(f"{short}_nodes")) or 0
        total += nodes
        roles[role] = {"workers": workers, "own_nodes": nodes >= workers}
        if nodes:
            roles[role]["nodes_per_worker"] = max(nodes // workers, 1)
    if set(roles) not in ({"agg"}, {"prefill", "decode"}):
        raise TopologyError(
            f"a recipe with {', '.join(roles) or 'no workers'} only",
            where=str(document.where((*prefix, "backend", "trtllm_config"))),
            remedy="prefill and decode, or aggregated",
        )
    image = str(section_of(identity, "container").get("image") or model.get("container") or "")
    image = image.replace("#", "/", 1)
    load, gpu = section_of(data, "benchmark"), str(resources.get("gpu_type") or "")
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
        "environment": {
            str(name): str(value)
            for role in ("prefill", "decode", "aggregated")
            for name, value in section_of(backend, f"{role}_environment").items()
        },
    }, engines


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


def merge(base: Data, over: Data) -> Data:
    """Return ``base`` with the keys of ``over`` put into it, section by section."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            merged[key] = merge(below, value)
        else:
            merged[key] = value
    return merged


def is_recipe(data: object) -> bool:
    """Tell whether a mapping is a recipe of srt-slurm for TensorRT-LLM."""
    backend = data.get("backend") if isinstance(data, dict) else None
    return isinstance(backend, dict) and isinstance(backend.get("trtllm_config"), dict)
