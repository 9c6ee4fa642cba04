# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The WIDEEP backend on few ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN114",
    "alltoall-disabled",
    level="warning",
    since="0.1",
    strikes="silent",
    source="WideEPMoE of TensorRT-LLM: ep_size <= top_k turns all-to-all off",
    bad="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      agg:
        tensor_parallel_size: 4
        moe_expert_parallel_size: 4
        enable_attention_dp: true
        moe_config: {backend: WIDEEP}
    """,
    good="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 4}}
    engine_configs:
      agg:
        tensor_parallel_size: 16
        moe_expert_parallel_size: 16
        enable_attention_dp: true
        moe_config: {backend: WIDEEP}
    """,
)
def alltoall_disabled(case: Case) -> Iterator[Flag]:
    """WIDEEP with no more ranks than experts for a token.

    Why: with ep at most top-k nearly every token goes to every rank, so the engine sends all to all
    ranks instead and only logs it.

    Remedy: an ep above the experts per token, or a backend that does not need it.
    """
    shape = case.model
    if shape is None or shape.experts_per_token is None:
        return
    for worker in case.pytorch:
        backend = worker.word("moe_backend")
        if backend is None or backend.value.upper() != "WIDEEP" or not worker.attention_dp:
            continue
        if 1 < worker.ep <= shape.experts_per_token:
            yield Flag(
                worker.where(("moe_expert_parallel_size",)),
                f"WIDEEP with moe_expert_parallel_size={worker.ep} and {shape.experts_per_token} "
                f"experts for a token: all-to-all is turned off ({worker.name})",
                f"moe_expert_parallel_size above {shape.experts_per_token}",
            )
