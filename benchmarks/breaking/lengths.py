# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: D103 - a mutation is named for what it breaks
"""Batches, lengths and memory: DYN2xx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breaking import breaks
from pytest_dynamo.rules import _memory, _schema

if TYPE_CHECKING:
    from breaking.config import Config


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


@breaks("DYN204")
def other_graphs(config: Config) -> bool:
    """Name the largest size too, of a list that the engine would not generate from it."""
    if not config.pytorch or not config.between("1.0.0rc3", "1.3.0rc0"):
        return False
    role = next(iter(config.pytorch))
    config.engines[role]["cuda_graph_config"] = {"batch_sizes": [1, 64], "max_batch_size": 64}
    return True


@breaks("DYN202")
def large_batch(config: Config) -> bool:
    for worker in config.case.pytorch:
        if worker.draft_tokens and worker.decodes:
            continue
        budget = worker.whole("max_num_tokens")
        engine = config.engines[worker.name]
        engine["max_num_tokens"] = most = budget.value if budget else 8192
        engine["max_batch_size"] = most + 1
        engine.pop("max_seq_len", None)  # what a full batch holds is full-batch-exceeds-cache
        return True
    return False


@breaks("DYN203")
def large_graph(config: Config) -> bool:
    for worker in config.case.pytorch:
        batch, engine = worker.whole("max_batch_size"), config.engines[worker.name]
        engine["max_batch_size"] = most = batch.value if batch else 1
        for key in ("cuda_graph_config", "cuda_graph_max_batch_size"):
            engine.pop(key, None)
        return config.put(worker.name, "graph_sizes", [1, most + 1])
    return False


@breaks("DYN207")
def beyond_context(config: Config) -> bool:
    shape = config.shape
    if shape is None or not shape.context:
        return False
    for worker in config.case.workers:
        memory = _memory.of(config.case, worker)
        full = memory is not None and (memory.tokens or 0) <= shape.context
        if worker.file is None or full or worker.whole("kv_max_tokens"):
            continue
        engine = config.engines[worker.name]
        engine.pop("max_batch_size", None)  # what a full batch holds is another rule's
        return config.put(worker.name, "max_seq_len", shape.context + 1)
    return False


@breaks("DYN210")
def full_batch(config: Config) -> bool:
    shape = config.shape
    for worker in config.case.pytorch:
        memory = _memory.of(config.case, worker)
        if memory is None or not memory.tokens or not shape.context:
            continue
        load, engine = config.case.topology.workload, config.engines[worker.name]
        length = worker.whole("max_seq_len")
        engine["max_seq_len"] = most = length.value if length else shape.context
        if load is not None and load.isl and load.osl:
            most = min(most, load.isl + load.osl)
        if engine["max_seq_len"] > min(memory.tokens, shape.context):
            continue
        engine["max_batch_size"] = memory.tokens // most + 1
        engine.pop("max_num_tokens", None)  # what a step computes is batch-exceeds-token-budget
        return True
    return False


@breaks("DYN211")
def capped_cache(config: Config) -> bool:
    for worker in config.case.pytorch:
        length = worker.whole("max_seq_len")
        if length is None and config.data.get("workload"):
            continue
        engine = config.engines[worker.name]
        engine["max_seq_len"] = most = length.value if length else 4096
        engine.pop("max_batch_size", None)  # as above
        return config.put(worker.name, "kv_max_tokens", most - 1)
    return False


@breaks("DYN212")
def chunks(config: Config) -> bool:
    shape = config.shape
    if shape is None or shape.attention != "mla" or not config.between("0.1", "1.2.0rc0"):
        return False
    config.data["hardware"]["gpu"] = "B300"
    return any(
        config.put(worker.name, "chunked_prefill", value=True)
        for worker in config.case.pytorch
        if worker.prefills
    )


@breaks("DYN213")
def no_blocks(config: Config) -> bool:
    shape = config.shape
    if shape is None or config.case.gpu is None or shape.attention != "mla":
        return False
    return bool(config.pytorch) and all(
        config.put(role, "block_reuse", value=True) and config.put(role, "kv_dtype", "nvfp4")
        for role in config.pytorch
    )


@breaks("DYN214")
def rush(config: Config) -> bool:
    load = config.data.get("workload") or {}
    config.data["workload"] = {**load, "osl": load.get("osl", 1), "qps": 1e9, "tpot_p99_ms": 80}
    return any(
        worker.decodes and worker.whole("max_batch_size") for worker in config.case.pytorch
    )


@breaks("DYN215")
def rate(config: Config) -> bool:
    config.data["workload"] = {**(config.data.get("workload") or {}), "qps": 0.001}
    return True
