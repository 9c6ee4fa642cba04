# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The expert load balancer without attention data parallelism."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN112",
    "balancer-without-attention-dp",
    level="error",
    since="0.1",
    strikes="load",
    text="Load Balancer should be only used with ADP and EP > 1",
    source="the mixture-of-experts interface of TensorRT-LLM asserts both",
    bad="""
    versions: {trtllm: 1.2.0}
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      agg:
        tensor_parallel_size: 4
        moe_expert_parallel_size: 4
        moe_config: {backend: CUTLASS, load_balancer: {num_slots: 288, layer_updates_per_iter: 2}}
    """,
    good="""
    versions: {trtllm: 1.2.0}
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      agg:
        tensor_parallel_size: 4
        moe_expert_parallel_size: 4
        enable_attention_dp: true
        moe_config: {backend: CUTLASS, load_balancer: {num_slots: 288, layer_updates_per_iter: 2}}
    """,
)
def balancer_without_attention_dp(case: Case) -> Iterator[Flag]:
    """A load balancer for experts without attention data parallelism, or on one rank.

    Why: slots are balanced between ranks that each bring their own tokens; from 1.2 on the engine
    asserts that there are several of them, before that it quietly leaves the balancer out.

    Remedy: enable_attention_dp with moe_expert_parallel_size above 1, or leave the load balancer
    out.
    """
    for worker in case.pytorch:
        found = worker.given("load_balancer")
        off = worker.balancer is not None and worker.balancer.value.get("num_slots") == 0
        wide = worker.word("moe_backend")
        if found is None or off or (wide is not None and wide.value.upper() == "WIDEEP"):
            continue  # wideep-without-attention-dp tells of the last
        if worker.split_elsewhere and worker.raw(("enable_attention_dp",)) is not False:
            continue
        if not worker.attention_dp or worker.tp == 1:
            problem = "one rank" if worker.attention_dp else "enable_attention_dp false"
            yield Flag(
                worker.where(found.path),
                f"{found.key} with {problem} ({worker.name})",
                "enable_attention_dp: true and several ranks, or no load balancer",
                None if case.at_least("1.2.0") else "warning",
            )
