# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Attention data parallelism on both sides of a transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _placement, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN311",
    "attention-dp-not-dividing",
    level="warning",
    since="0.1",
    strikes="first request",
    source="MLACacheFormatter of TensorRT-LLM; turning it on on one side only is normal, 190 of "
    "423 public pairs",
    bad="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {prefill: {nodes_per_worker: 2}, decode: {nodes_per_worker: 3}}
    engine_configs:
      prefill: {tensor_parallel_size: 8, moe_expert_parallel_size: 8, enable_attention_dp: true}
      decode:
        tensor_parallel_size: 12
        moe_expert_parallel_size: 12
        enable_attention_dp: true
        moe_config: {backend: WIDEEP, load_balancer: {num_slots: 288}}
    """,
    good="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {prefill: {nodes_per_worker: 2}, decode: {nodes_per_worker: 4}}
    engine_configs:
      prefill: {tensor_parallel_size: 8, moe_expert_parallel_size: 8, enable_attention_dp: true}
      decode: {tensor_parallel_size: 16, moe_expert_parallel_size: 16, enable_attention_dp: true}
    """,
)
def attention_dp_not_dividing(case: Case) -> Iterator[Flag]:
    """Numbers of attention data parallel ranks of which neither divides the other, with MLA.

    Why: a rank of one side hands over to a whole number of ranks of the other.

    Remedy: let the smaller number divide the larger.
    """
    if case.pair is None or case.model is None or case.model.attention != "mla":
        return
    prefill, decode = case.pair
    small, large = sorted((prefill.tp, decode.tp))
    if prefill.attention_dp and decode.attention_dp and large % small:
        yield Flag(
            decode.where(("tensor_parallel_size",)),
            f"attention data parallelism of {prefill.tp} on prefill and {decode.tp} on decode: "
            "neither divides the other",
            f"tensor_parallel_size: {_placement.nearest_divisor(large, small)} for the smaller",
        )
