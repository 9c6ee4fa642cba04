# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: D103 - a mutation is named for what it breaks
"""Keys, values and releases of the engine's file: DYN5xx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breaking import breaks
from pytest_dynamo.rules import _schema

if TYPE_CHECKING:
    from breaking.config import Config


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
    if not config.pair or not config.between("1.1.0"):
        return False
    for role in ("prefill", "decode"):
        section = config.section(role, "cache_transceiver_config")
        if "backend" in section:
            section["backend"] = section["backend"].lower()
    return True


@breaks("DYN505")
def too_new_a_spelling(config: Config) -> bool:
    release = config.case.release
    if release is None or _schema.refuses_nested(release.version) is not False:
        return False
    for role in config.pytorch:
        config.section(role, "kv_cache_config")["dtype"] = "auto"
    return bool(config.pytorch)


@breaks("DYN507")
def no_release(config: Config) -> bool:
    config.data["versions"].pop("trtllm", None)
    config.data.pop("container", None)
    return bool(config.pytorch)


@breaks("DYN508")
def none(config: Config) -> bool:
    if not config.pytorch:
        return False  # the parser of vLLM takes the word for null
    role, engine = next(iter(config.pytorch.items()))
    for key in ("lora_config", "peft_cache_config", "cuda_graph_config"):
        if key not in engine and config.takes(role, key):
            engine[key] = "None"
            return True
    return False


@breaks("DYN513")
def another_float(config: Config) -> bool:
    for engine in config.engines.values():
        engine.pop("max_batch_size", None)  # a larger cache is full-batch-exceeds-cache
    return bool(config.pytorch) and all(
        config.put(role, "kv_dtype", "float8") for role in config.pytorch
    )


@breaks("DYN514")
def other_image(config: Config) -> bool:
    if config.case.release is None or "trtllm" not in config.data["versions"]:
        return False
    other = "1.1.0" if config.case.release.version == "1.2.0" else "1.2.0"
    image = f"nvcr.io/nvidia/tensorrt-llm/release:{other}"
    config.data["container"] = {**config.data["container"], "image": image}
    return True


@breaks("DYN515")
def nightly(config: Config) -> bool:
    config.data["versions"]["dynamo"] = "nightly"
    return True
