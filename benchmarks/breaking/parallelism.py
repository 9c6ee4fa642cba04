# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: D103 - a mutation is named for what it breaks
"""How ranks share heads, experts and layers: DYN1xx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from breaking import breaks
from pytest_dynamo.rules import _case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from breaking.config import Config

PRIMES = (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


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


@breaks("DYN101")
def heads_of_vllm(config: Config) -> bool:
    shape = config.shape
    worker = next((item for item in config.case.workers if item.file is not None), None)
    if config.data["engine"] != "vllm" or worker is None or shape is None:
        return False
    section = config.engines[worker.name]
    for key in worker.prefix:
        section = section[key]
    section.pop("ServiceArgs", None)  # its GPUs are of the ranks before
    section["tensor-parallel-size"] = size = next(p for p in PRIMES if shape.attention_heads % p)
    config.data["roles"][worker.name].update(nodes_per_worker=1, own_nodes=True)
    config.data["hardware"]["gpus_per_node"] = max(size, config.per_node)
    config.data["nodes"] = None
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
    return bool(found) and not _without_attention_dp(config)


@breaks("DYN113")
def wideep_alone(config: Config) -> bool:
    return _without_attention_dp(config)


def _without_attention_dp(config: Config) -> bool:
    """Turn it off wherever WIDEEP needs it; tell whether it does anywhere."""
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


@breaks("DYN114")
def few_experts_apart(config: Config) -> bool:
    shape = config.shape
    if shape is None or not shape.experts or (shape.experts_per_token or 1) < 2:
        return False
    ranks = 2
    while 2 * ranks <= shape.experts_per_token and shape.experts % (2 * ranks) == 0:
        ranks *= 2
    for role, engine in config.pytorch.items():
        for part in ("moe_config", "moe_backend", "moe_load_balancer"):
            engine.pop(part, None)
        engine["enable_attention_dp"] = True
        if not config.put(role, "moe_backend", "WIDEEP") or not config.spread(
            role, tensor_parallel_size=ranks, moe_expert_parallel_size=ranks
        ):
            return False
    return bool(config.pytorch) and config.holds()


@breaks("DYN117")
def lm_head_alone(config: Config) -> bool:
    for worker in config.case.pytorch:
        if not worker.attention_dp and config.takes(worker.name, "enable_lm_head_tp_in_adp"):
            config.engines[worker.name]["enable_lm_head_tp_in_adp"] = True
            return True
    return False
