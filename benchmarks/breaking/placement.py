# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: D103 - a mutation is named for what it breaks
"""Nodes, ports, files and the words of the launch: DYN4xx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breaking import breaks
from pytest_dynamo.findings import Where
from pytest_dynamo.rules import _case

if TYPE_CHECKING:
    from breaking.config import Config


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
    return config.data["engine"] == "trtllm" and not config.graphs


@breaks("DYN415")
def graph(config: Config) -> bool:
    config.data["versions"]["dynamo"] = "0.6.0"
    return config.graphs


@breaks("DYN417")
def no_file(config: Config) -> bool:
    for worker in config.case.pytorch:
        found = worker.word("load_balancer")
        if found is not None:
            config.surround(files={found.value: None})
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


@breaks("DYN403")
def one_node_too_many(config: Config) -> bool:
    config.data["nodes"] = (config.case.nodes_needed or 0) + 1
    return config.case.nodes_needed is not None


@breaks("DYN404")
def nodes_of_its_own(config: Config) -> bool:
    for worker in config.case.workers:
        role, world = config.data["roles"][worker.name], worker.role.parallel.world_size
        config.data["nodes"] = None
        if worker.role.nodes_per_worker == 1 and world < config.per_node:
            role["own_nodes"] = True
            return True
        nodes = 2 * worker.role.nodes_per_worker
        beta = config.between("1.1.0", "1.2.0rc0") and config.data["hardware"]["gpu"] == "GB300"
        single = config.data["engine"] == "vllm" and "ray" not in config.data
        if world % nodes == 0 and world != nodes and not beta and not single:
            role["nodes_per_worker"] = nodes
            return True
    return False


@breaks("DYN410")
def second_node(config: Config) -> bool:
    worker = config.case.workers[0]
    share = worker.role.parallel.world_size // worker.role.nodes_per_worker
    config.data["roles"][worker.name]["workers"] = config.per_node // share + 1
    config.data["nodes"] = None
    config.data["environment"].pop("DYN_SYSTEM_PORT", None)  # workers would share it
    endpoints = config.data["services"].get("etcd_endpoints", "")
    return "127.0.0.1" not in endpoints


@breaks("DYN413")
def strategy(config: Config) -> bool:
    config.data["disaggregation_strategy"] = "decode_first"
    era = config.case.era
    if era is None or (era.strategy_flag is not None and config.case.topology.disaggregated):
        config.data["versions"]["dynamo"] = "0.7.0"
        return not config.graphs
    return True


@breaks("DYN416")
def elsewhere(config: Config) -> bool:
    worker = next(iter(config.case.pytorch), None)
    if worker is None or not worker.attention_dp or worker.tp == 1:
        return False  # nothing to balance
    config.data["container"] = {"image": "own:latest", "mounts": "/home/me/dynamo:/workspace"}
    if config.case.image_release is not None:
        config.data["container"]["image"] = config.case.topology.container.image
    return config.put(worker.name, "load_balancer", "/mnt/engine_configs/eplb.yaml")


@breaks("DYN418")
def two_trays(config: Config) -> bool:
    gpu = config.case.gpu
    if gpu is None:
        return False
    config.data["hardware"]["gpus_per_node"] = most = 2 * gpu.per_node
    for worker in config.case.workers:
        role, world = config.data["roles"][worker.name], worker.role.parallel.world_size
        if "gpus_per_node" in config.engines.get(worker.name, {}):
            config.engines[worker.name]["gpus_per_node"] = most
        role["nodes_per_worker"] = nodes = -(-world // most)
        role["own_nodes"] = False
        if nodes > 1 and world != nodes * most:
            return False  # GPUs would be idle too
    config.data["nodes"] = None
    config.data["environment"].pop("DYN_SYSTEM_PORT", None)  # workers would share it
    return not any(worker.balancer for worker in config.case.pytorch)  # and memory


@breaks("DYN419")
def no_reuse(config: Config) -> bool:
    config.data["frontend"]["router"] = "kv"
    found = [worker for worker in config.case.workers if worker.prefills and worker.file]
    return bool(found) and all(config.put(item.name, "block_reuse", value=False) for item in found)


@breaks("DYN421")
def two_balancers(config: Config) -> bool:
    shape, ranks = config.shape, config.per_node // 2
    worker = next((item for item in config.case.pytorch if item.decodes), None)
    if worker is None or shape is None or not shape.experts or ranks < 2:
        return False
    engine = config.engines[worker.name]
    for part in ("moe_config", "moe_backend", "moe_load_balancer"):
        engine.pop(part, None)
    engine["enable_attention_dp"] = True
    slots = -(-shape.experts // ranks) * ranks
    written = config.put(worker.name, "load_balancer",
                         {"num_slots": slots, "layer_updates_per_iter": 2})  # fmt: skip
    config.data["environment"].pop("DYN_SYSTEM_PORT", None)  # workers would share it
    placed = config.spread(
        worker.name, tensor_parallel_size=ranks, moe_expert_parallel_size=ranks
    )
    config.data["roles"][worker.name]["workers"] = 2
    return written and placed and config.holds()


@breaks("DYN422")
def miscounted(config: Config) -> bool:
    for worker in config.case.pytorch:
        config.engines[worker.name]["gpus_per_node"] = config.per_node + 1
    return bool(config.pytorch)


@breaks("DYN423")
def transport_settings(config: Config) -> bool:
    config.data["environment"] = {**config.data["environment"], "UCX_TLS": "rc,cuda_copy"}
    return config.data["engine"] == "trtllm"


def _say(config: Config, key: str, value: int | str) -> bool:
    said = _case.Statement(key, value, Where("README.md", 1), "in the text")
    config.surround(statements=(said,))
    return True


@breaks("DYN424")
def another_number(config: Config) -> bool:
    worker = config.case.workers[0]
    return _say(config, f"roles.{worker.name}.workers", worker.role.workers + 1)


@breaks("DYN426")
def another_word(config: Config) -> bool:
    era = config.case.era
    if era is None or not era.exact or config.data["engine"] != "trtllm":
        return False
    known = era.mode_words.values() if era.mode_flag == "--disaggregation-mode" else ()
    words = [word for word in ("agg", "prefill_and_decode") if word not in known]
    return _say(config, "command.mode", f"--disaggregation-mode {words[0]}")
