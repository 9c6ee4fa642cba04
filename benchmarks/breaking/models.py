# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: D103 - a mutation is named for what it breaks
"""The model and the hardware that serves it: DYN6xx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from breaking import breaks
from pytest_dynamo.rules import _case, _memory
from pytest_dynamo.topology import facts

if TYPE_CHECKING:
    from breaking.config import Config

_FUSION = "TRTLLM_LLAMA_EAGER_FUSION_DISABLED"

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


@breaks("DYN604")
def half_a_checkpoint(config: Config) -> bool:
    known = facts.model(config.data["model"]["path"])
    if known is None:
        return False
    sizes = {"config.json": 9, "tokenizer.json": 9, "x.safetensors": known.checkpoint_bytes // 2}
    config.surround(model=_case.Directory("/models/half", sizes))
    return True


@breaks("DYN609")
def nobody_s_model(config: Config) -> bool:
    config.data["model"].update(path="/models/own", served_name="own")
    config.surround(model=None)
    return True


@breaks("DYN610")
def images_of_text(config: Config) -> bool:
    config.data["model"]["modality"] = "multimodal"
    if config.case.era is None or config.case.era.multimodal is None:
        config.data["versions"]["dynamo"] = "0.6.0"
    return config.shape is not None and config.shape.multimodal is False and not config.graphs


@breaks("DYN611")
def a_node_for_each(config: Config) -> bool:
    wide = [item for item in config.case.workers if item.role.parallel.world_size > 1]
    if not wide or not config.moves_to("1.0.0"):
        return False
    for engine in config.engines.values():
        engine.pop("gpus_per_node", None)
    for worker in config.case.workers:
        nodes = worker.role.parallel.world_size
        config.data["roles"][worker.name].update(nodes_per_worker=nodes, own_nodes=False)
    config.data["hardware"]["gpus_per_node"] = 1
    config.data["nodes"] = None
    return True


def _in_two_stages(config: Config, role: str) -> bool:
    """Give a worker a second pipeline stage."""
    config.engines[role]["pipeline_parallel_size"] = 2
    return config.place(role)


@breaks("DYN612")
def stages_with_reuse(config: Config) -> bool:
    config.data["environment"] = {_FUSION: "1"}  # eager-fusion-with-pipeline is another
    return (
        config.pair
        and config.moves_to("1.0.0")
        and _in_two_stages(config, "prefill")
        and config.put("prefill", "block_reuse", value=True)
    )


@breaks("DYN613")
def stages_with_fusion(config: Config) -> bool:
    shape = config.shape
    config.data["environment"] = {}
    return (
        shape is not None
        and "llama" in shape.name.lower()
        and shape.quantization in ("FP8", "NVFP4")
        and not config.pair
        and config.moves_to("1.0.0")
        and _in_two_stages(config, next(iter(config.pytorch)))
    )


@breaks("DYN614")
def wide_gb300(config: Config) -> bool:
    if not config.moves_to("1.1.0"):
        return False
    config.data["hardware"]["gpu"] = "GB300"
    worker = config.case.workers[0]
    half = worker.role.parallel.world_size // 2
    if worker.role.nodes_per_worker == 1 and worker.role.parallel.world_size == 2 * half:
        config.data["hardware"]["gpus_per_node"] = half
    for item in config.case.workers:
        config.engines.get(item.name, {}).pop("gpus_per_node", None)
        if item.name in config.pytorch and not config.place(item.name):
            return False
    wide = any(role["nodes_per_worker"] > 1 for role in config.data["roles"].values())
    chunks = any(worker.flag("chunked_prefill") for worker in config.case.pytorch)
    return wide and config.per_node <= 4 and not chunks  # which no GB300 has in 1.1


@breaks("DYN615")
def stages_to_ranks(config: Config) -> bool:
    pair = config.case.pair
    if pair is None or pair[1].tp == 1 or pair[1].role.parallel.pp > 1:
        return False
    return config.moves_to("1.2.0") and _in_two_stages(config, "prefill")


def _guesses(config: Config) -> bool:
    """Let every worker guess a token by MTP, where the model has a layer for it."""
    shape = config.shape
    for engine in config.pytorch.values():
        engine["speculative_config"] = {"decoding_type": "MTP", "num_nextn_predict_layers": 1}
        engine.pop("max_num_tokens", None)
    return shape is None or bool(shape.mtp_layers)


@breaks("DYN616")
def early_mtp(config: Config) -> bool:
    return config.moves_to("0.20.0") and _guesses(config)


@breaks("DYN616")
def lossy_mtp(config: Config) -> bool:
    return config.pair and config.moves_to("0.21.0") and _guesses(config)
