# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: D103 - a mutation is named for what it breaks
"""What prefill and decode must agree on: DYN3xx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breaking import breaks

if TYPE_CHECKING:
    from breaking.config import Config


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
    if not config.pair or not config.between("1.0.0"):
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
    if not config.pair or not config.between("1.0.0rc4"):
        return False
    config.engines["decode"].pop("cache_transceiver_config", None)
    return True


@breaks("DYN304")
def overlap(config: Config) -> bool:
    if not config.pair or not config.between("0.20.0", "1.3.0rc0"):
        return False
    engine = config.engines["prefill"]
    section = engine.get("pytorch_backend_config", engine)
    section["disable_overlap_scheduler"] = False
    return True


@breaks("DYN305")
def other_dtype(config: Config) -> bool:
    if not config.pair or config.case.release is None:
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
    if not config.pair or not config.between("1.1.0"):
        return False
    if shape is not None and shape.attention == "mla" and gpu is not None and gpu.sm == 90:
        return False  # blocks are of 64 there whatever is said
    config.section("decode", "kv_cache_config")["tokens_per_block"] = 16
    return True


@breaks("DYN307")
def speculation(config: Config) -> bool:
    if not config.pair or not config.between("0.20.0", "1.3.0rc0"):
        return False
    kinds = {worker.speculation for worker in config.case.pytorch}
    return kinds == {"mtp"} and bool(config.engines["prefill"].pop("speculative_config"))


@breaks("DYN308")
def other_transport(config: Config) -> bool:
    if not config.pair or not config.between("1.0.0"):
        return False
    for role, backend in (("prefill", "UCX"), ("decode", "NIXL")):
        section = config.section(role, "cache_transceiver_config")
        section["backend"] = backend
        section.pop("max_tokens_in_buffer", None)
    return not (config.shape is not None and config.shape.hybrid)


@breaks("DYN312")
def beams(config: Config) -> bool:
    if not config.pair:
        return False
    config.engines["decode"]["max_beam_width"] = 4
    return True


@breaks("DYN313")
def helix(config: Config) -> bool:
    if not config.pair or config.shape is None or config.shape.intermediate_size:
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
    if not config.pair or config.shape is None or not config.shape.hybrid:
        return False
    for role in ("prefill", "decode"):
        config.engines[role]["cache_transceiver_config"] = {"backend": "NIXL"}
    return config.between("1.3.0rc11")


@breaks("DYN309")
def other_runtime(config: Config) -> bool:
    if not config.pair or (config.shape is not None and config.shape.hybrid):
        return False
    for role, runtime in (("prefill", "CPP"), ("decode", "PYTHON")):
        if not config.put(role, "transceiver_runtime", runtime):
            return False
        config.put(role, "transceiver_backend", "NIXL")
    return True


@breaks("DYN310")
def flashinfer(config: Config) -> bool:
    if config.case.pair is None:
        return False
    if len({worker.attention_tp for worker in config.case.pair}) == 1:
        config.engines["decode"]["enable_attention_dp"] = True
        if config.case.pair[1].attention_tp == 1 or not config.holds():
            return False  # it shares nothing anyway
    return all(config.put(role, "attention_backend", "FLASHINFER") for role in config.pytorch)


@breaks("DYN311")
def two_thirds(config: Config) -> bool:
    shape = config.shape
    if not config.pair or shape is None or shape.attention != "mla" or not shape.experts:
        return False
    for role, nodes in (("prefill", 2), ("decode", 3)):
        ranks = nodes * config.per_node
        engine = config.engines[role]
        for part in ("moe_config", "moe_backend", "moe_load_balancer"):
            engine.pop(part, None)
        engine["enable_attention_dp"] = True
        slots = -(-shape.experts // ranks) * ranks
        if not (
            config.put(role, "load_balancer", {"num_slots": slots})
            and config.spread(role, tensor_parallel_size=ranks, moe_expert_parallel_size=ranks)
        ):
            return False
    return config.holds()


@breaks("DYN315")
def mpi(config: Config) -> bool:
    if not config.pair or (config.shape is not None and config.shape.hybrid):
        return False
    for role in ("prefill", "decode"):
        config.section(role, "cache_transceiver_config").pop("transceiver_runtime", None)
    word = "mpi" if config.between("1.0.0rc4", "1.0.0rc7") else "MPI"
    return all(config.put(role, "transceiver_backend", word) for role in ("prefill", "decode"))
