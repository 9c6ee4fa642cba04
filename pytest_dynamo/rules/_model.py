# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is known of the model that a topology serves: its own ``config.json``, else the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pytest_dynamo.topology import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_dynamo.topology.model import Model

#: Bytes of a weight: NVFP4 has a byte of scale for 16 values, MXFP4 for 32.
_WEIGHT_BYTES: Mapping[str | None, float] = {
    None: 2.0, "FP8": 1.0, "FP8_BLOCK_SCALES": 1.0, "NVFP4": 0.5625, "W4A16_MXFP4": 0.53125,
}  # fmt: skip
#: What engines and recipes call a quantisation, and what it is here.
_SPELLINGS: Mapping[str, str] = {
    "fp8": "FP8", "fp8_block_scales": "FP8_BLOCK_SCALES", "nvfp4": "NVFP4", "fp4": "NVFP4",
    "mxfp4": "W4A16_MXFP4", "w4a16_mxfp4": "W4A16_MXFP4", "w4a8_mxfp4_fp8": "W4A16_MXFP4",
}  # fmt: skip
_MIN_SM: Mapping[str | None, int] = {"FP8": 89, "FP8_BLOCK_SCALES": 90, "NVFP4": 100}
#: Architectures that mix attention with recurrent layers.
_HYBRID = ("mamba", "nemotronh", "nemotron_h", "qwen3next", "qwen3_next", "qwen3_5", "bamba")


@dataclass(frozen=True, slots=True)
class Shape:
    """A model's dimensions and weights; None where they are not known.

    ``source`` says where they are from. ``checkpoint_bytes`` is None where the checkpoint was
    recognised by the name it is served under only: that does not say how it is quantised.
    ``dense_intermediate_size`` is that of the dense layers of a model with experts.
    """

    name: str
    source: str
    attention: Literal["gqa", "mla"] | None = None
    layers: int | None = None
    moe_layers: int = 0
    mtp_layers: int | None = None
    attention_heads: int | None = None
    kv_heads: int | None = None
    head_dim: int | None = None
    intermediate_size: int | None = None
    dense_intermediate_size: int | None = None
    experts: int | None = None
    experts_per_token: int | None = None
    moe_intermediate_size: int | None = None
    block: int | None = None
    context: int | None = None
    quantization: str | None = None
    min_sm: int | None = None
    checkpoint_bytes: int | None = None
    expert_bytes: int = 0
    hybrid: bool = False
    multimodal: bool | None = None


def shape(model: Model, config: Mapping[str, Any] | None, weights: int | None) -> Shape | None:
    """Return what is known of a model: from its own configuration, else from the table.

    ``config`` is its ``config.json`` with ``hf_quant_config.json``'s quantization as the key of
    that name, ``weights`` the bytes of its checkpoint.
    """
    if config is not None:
        return from_config(model.path, config, weights)
    by_path = facts.model(model.path)
    found = by_path or facts.model(model.served_name)
    if found is None:
        return None
    stated = _SPELLINGS.get((model.quantization or "").lower())
    same = stated is None or (found.quantization or "").startswith(stated)
    weighed = (by_path is not None and same) or (stated is not None and same)
    return Shape(
        name=found.name,
        source="the table of known models",
        attention=found.attention,
        layers=found.layers,
        moe_layers=found.moe_layers,
        mtp_layers=found.mtp_layers,
        attention_heads=found.attention_heads,
        kv_heads=found.kv_heads,
        head_dim=found.head_dim,
        experts=found.experts,
        experts_per_token=found.experts_per_token,
        moe_intermediate_size=found.moe_intermediate_size,
        context=found.context,
        quantization=found.quantization if weighed else stated,
        min_sm=found.min_sm if weighed else _MIN_SM.get(stated),
        checkpoint_bytes=found.checkpoint_bytes if weighed else None,
        expert_bytes=found.expert_bytes if weighed else 0,
        multimodal=found.modality == "multimodal",
    )


def from_config(name: str, config: Mapping[str, Any], weights: int | None) -> Shape:
    """Return what a ``config.json`` says; multimodal models say it in ``text_config``."""
    inner = config.get("text_config")
    text: Mapping[str, Any] = inner if isinstance(inner, dict) else config
    heads = _whole(text, "num_attention_heads")
    hidden = _whole(text, "hidden_size")
    layers = _whole(text, "num_hidden_layers")
    latent, rope = _whole(text, "kv_lora_rank"), _whole(text, "qk_rope_head_dim")
    head_dim = _whole(text, "head_dim")
    if head_dim is None and hidden is not None and heads:
        head_dim = hidden // heads
    experts = _whole(text, "n_routed_experts", "num_local_experts", "num_experts")
    wide = _whole(text, "moe_intermediate_size")
    if wide is None and experts:
        wide = _whole(text, "intermediate_size")  # Llama 4 and gpt-oss say it there
    quantization, block = _quantization(config)
    moe_layers = _moe_layers(text, layers) if experts else 0
    expert_bytes = 0
    if experts and wide and hidden:
        size = _WEIGHT_BYTES.get(quantization, 0.5)
        expert_bytes = int(3 * hidden * wide * experts * moe_layers * size)
    architectures = config.get("architectures") or [""]
    words = f"{architectures} {config.get('model_type')}".lower().replace("-", "_")
    return Shape(
        name=name,
        source="its config.json",
        attention="mla" if latent else ("gqa" if heads else None),
        layers=layers,
        moe_layers=moe_layers,
        mtp_layers=_whole(text, "num_nextn_predict_layers", "mtp_num_hidden_layers"),
        attention_heads=heads,
        kv_heads=_whole(text, "num_key_value_heads") or heads,
        head_dim=latent + rope if latent and rope else head_dim,
        intermediate_size=None if experts else _whole(text, "intermediate_size"),
        dense_intermediate_size=_whole(text, "intermediate_size") if experts and latent else None,
        experts=experts or None,
        experts_per_token=_whole(text, "num_experts_per_tok", "num_experts_per_token"),
        moe_intermediate_size=wide if experts else None,
        block=block,
        context=_whole(text, "max_position_embeddings"),
        quantization=quantization,
        min_sm=_MIN_SM.get(quantization),
        checkpoint_bytes=weights,
        expert_bytes=min(expert_bytes, weights or 0),
        hybrid=any(word in words for word in _HYBRID),
        multimodal="vision_config" in config,
    )


def _whole(config: Mapping[str, Any], *keys: str) -> int | None:
    """Return the first of the keys that holds a positive whole number."""
    for key in keys:
        value = config.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
    return None


def _moe_layers(text: Mapping[str, Any], layers: int | None) -> int:
    step = _whole(text, "interleave_moe_layer_step", "decoder_sparse_step") or 1
    return max(((layers or 0) - (_whole(text, "first_k_dense_replace") or 0)) // step, 0)


def _quantization(config: Mapping[str, Any]) -> tuple[str | None, int | None]:
    """Return the quantisation and, where weights have blocks of scales, their size."""
    for key in ("quantization", "quantization_config"):
        section = config.get(key)
        if not isinstance(section, dict):
            continue
        blocks = section.get("weight_block_size")
        if isinstance(blocks, list) and blocks and isinstance(blocks[0], int):
            return "FP8_BLOCK_SCALES", blocks[0]
        algorithm = section.get("quant_algo") or section.get("quant_method")
        if isinstance(algorithm, str):
            found = _SPELLINGS.get(algorithm.lower(), algorithm.upper())
            return found, 128 if found == "FP8_BLOCK_SCALES" else None
    return None, None
