# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The WIDEEP backend without what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN113",
    "wideep-without-attention-dp",
    level="error",
    since="0.1",
    strikes="load",
    text="Attention DP should be used with WideEP. - or: WideEP should only be enabled with "
    "parallel_size > 1",
    source="WideEPMoE of TensorRT-LLM, 0.21 and later; 0 of 44 public WIDEEP workers lack it",
    bad="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      agg: {tensor_parallel_size: 4, moe_expert_parallel_size: 4, moe_config: {backend: WIDEEP}}
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
def wideep_without_attention_dp(case: Case) -> Iterator[Flag]:
    """The WIDEEP backend without attention data parallelism, or on one rank.

    Why: the backend asserts both when it builds its first layer.

    Remedy: enable_attention_dp: true, or another backend.
    """
    for worker in case.pytorch:
        backend = worker.word("moe_backend")
        if backend is None or backend.value.upper() != "WIDEEP":
            continue
        if worker.split_elsewhere and worker.raw(("enable_attention_dp",)) is not False:
            continue
        if not worker.attention_dp or worker.tp == 1:
            problem = "one rank" if worker.attention_dp else "enable_attention_dp false"
            yield Flag(
                worker.where(backend.path),
                f"{backend.key} {backend.value} with {problem} ({worker.name})",
                "enable_attention_dp: true on several ranks, or backend: CUTLASS",
            )
