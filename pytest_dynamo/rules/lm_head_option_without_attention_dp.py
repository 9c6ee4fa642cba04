# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""An option of the output layer that needs attention data parallelism."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN117",
    "lm-head-option-without-attention-dp",
    level="info",
    since="0.1",
    strikes="silent",
    source="TorchLlmArgs of TensorRT-LLM 1.1: effective only with enable_attention_dp",
    bad="""
    engine_configs: {agg: {tensor_parallel_size: 4, enable_lm_head_tp_in_adp: true}}
    """,
    good="""
    engine_configs:
      agg: {tensor_parallel_size: 4, enable_attention_dp: true, enable_lm_head_tp_in_adp: true}
    """,
)
def lm_head_option_without_attention_dp(case: Case) -> Iterator[Flag]:
    """enable_lm_head_tp_in_adp without enable_attention_dp.

    Why: it does nothing then; the output layer is split over tp anyway.

    Remedy: leave it out, or enable attention data parallelism.
    """
    for worker in case.pytorch:
        if worker.raw(("enable_lm_head_tp_in_adp",)) is True and not worker.attention_dp:
            yield Flag(
                worker.where(("enable_lm_head_tp_in_adp",)),
                f"no effect without enable_attention_dp ({worker.name})",
                "leave it out",
            )
