# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The width of dense layers against the blocks of their scales."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN116",
    "dense-block-not-aligned",
    level="error",
    since="0.1",
    strikes="load",
    text="intermediate_size must be divisible by block_size.",
    source="the DeepSeek model of TensorRT-LLM; it chooses the split of its dense layers itself, "
    "so tp is no matter",
    bad="""
    hardware: {gpu: H100, gpus_per_node: 8}
    model: {path: /models/pruned, served_name: pruned}
    context:
      model:
        path: /models/pruned
        sizes: {config.json: 900, tokenizer.json: 900, model.safetensors: 40000000000}
        json:
          config.json:
            architectures: [DeepseekV3ForCausalLM]
            num_hidden_layers: 12
            hidden_size: 2048
            intermediate_size: 6000
            moe_intermediate_size: 1024
            n_routed_experts: 64
            num_experts_per_tok: 8
            first_k_dense_replace: 1
            num_attention_heads: 16
            num_key_value_heads: 16
            kv_lora_rank: 512
            qk_rope_head_dim: 64
            max_position_embeddings: 8192
            quantization_config: {quant_method: fp8, weight_block_size: [128, 128]}
    engine_configs: {agg: {tensor_parallel_size: 4}}
    """,
    good="""
    hardware: {gpu: H100, gpus_per_node: 8}
    model: {path: /models/whole, served_name: whole}
    context:
      model:
        path: /models/whole
        sizes: {config.json: 900, tokenizer.json: 900, model.safetensors: 40000000000}
        json:
          config.json:
            architectures: [DeepseekV3ForCausalLM]
            num_hidden_layers: 12
            hidden_size: 2048
            intermediate_size: 6144
            moe_intermediate_size: 1024
            n_routed_experts: 64
            num_experts_per_tok: 8
            first_k_dense_replace: 1
            num_attention_heads: 16
            num_key_value_heads: 16
            kv_lora_rank: 512
            qk_rope_head_dim: 64
            max_position_embeddings: 8192
            quantization_config: {quant_method: fp8, weight_block_size: [128, 128]}
    engine_configs: {agg: {tensor_parallel_size: 4}}
    """,
)
def dense_block_not_aligned(case: Case) -> Iterator[Flag]:
    """Dense layers of a block-quantised mixture model whose width is no whole number of blocks.

    Why: a scale stands for a whole block, and the engine asserts it. It can only happen with a
    checkpoint that somebody changed.

    Remedy: use the published checkpoint, or quantise again.
    """
    shape = case.model
    if shape is None or shape.block is None or shape.dense_intermediate_size is None:
        return
    if shape.dense_intermediate_size % shape.block and case.pytorch:
        yield Flag(
            ("model", "path"),
            f"intermediate_size {shape.dense_intermediate_size} is no multiple of the weight block "
            f"{shape.block} ({shape.name}, by {shape.source})",
            "the published checkpoint",
        )
