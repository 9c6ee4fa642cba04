# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Tensor parallelism against the width of dense layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _placement, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN107",
    "linear-not-divisible",
    level="error",
    since="0.1",
    strikes="load",
    text="in_features 14336 must be divisible by tp_size 6",
    source="the Linear module of TensorRT-LLM; dense models only: DeepSeek's dense layers choose "
    "their own split, and experts have a rule of their own",
    bad="""
    hardware: {gpu: H100, gpus_per_node: 8}
    model: {path: /models/odd, served_name: odd}
    context:
      model:
        path: /models/odd
        sizes: {config.json: 900, tokenizer.json: 900, model.safetensors: 4000000000}
        json:
          config.json:
            architectures: [LlamaForCausalLM]
            num_hidden_layers: 16
            hidden_size: 2048
            intermediate_size: 5461
            num_attention_heads: 16
            num_key_value_heads: 8
            max_position_embeddings: 8192
    engine_configs: {agg: {tensor_parallel_size: 2}}
    """,
    good="""
    hardware: {gpu: H100, gpus_per_node: 8}
    model: {path: /models/even, served_name: even}
    context:
      model:
        path: /models/even
        sizes: {config.json: 900, tokenizer.json: 900, model.safetensors: 4000000000}
        json:
          config.json:
            architectures: [LlamaForCausalLM]
            num_hidden_layers: 16
            hidden_size: 2048
            intermediate_size: 5632
            num_attention_heads: 16
            num_key_value_heads: 8
            max_position_embeddings: 8192
    engine_configs: {agg: {tensor_parallel_size: 2}}
    """,
)
def linear_not_divisible(case: Case) -> Iterator[Flag]:
    """Tensor parallelism that does not divide the width of the dense layers.

    Why: each rank holds a slice of every linear layer, and all slices are equal. Vocabulary is
    padded and needs no rule.

    Remedy: choose a tp that divides intermediate_size too.
    """
    shape = case.model
    if shape is None or shape.intermediate_size is None or shape.experts:
        return
    width = shape.intermediate_size
    for worker in case.pytorch:
        if width % worker.attention_tp == 0:
            continue
        legal = [size for size in _placement.legal_tp(shape) if width % size == 0] or [1]
        nearest = min(legal, key=lambda size: (abs(size - worker.tp), size))
        yield Flag(
            worker.where(("tensor_parallel_size",)),
            f"intermediate_size {width} does not split over tensor_parallel_size={worker.tp} "
            f"({worker.name}; {shape.name}, by {shape.source})",
            f"tensor_parallel_size: {nearest}",
        )
