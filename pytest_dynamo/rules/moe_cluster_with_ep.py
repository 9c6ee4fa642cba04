# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Clusters of experts together with expert parallelism."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN105",
    "moe-cluster-with-ep",
    level="error",
    since="0.1",
    strikes="load",
    text="moe_cluster_size > 1 requires moe_ep_size == 1",
    source="Mapping of TensorRT-LLM; the key is deprecated on its main branch. No public "
    "configuration sets it",
    bad="""
    engine_configs:
      agg: {tensor_parallel_size: 4, moe_cluster_parallel_size: 2, moe_expert_parallel_size: 2}
    """,
    good="""
    engine_configs:
      agg: {tensor_parallel_size: 4, moe_expert_parallel_size: 4}
    """,
)
def moe_cluster_with_ep(case: Case) -> Iterator[Flag]:
    """moe_cluster_parallel_size above 1 with moe_expert_parallel_size above 1.

    Why: the engine supports clusters of experts only where experts are not shared out otherwise.

    Remedy: leave moe_cluster_parallel_size out.
    """
    for worker in case.pytorch:
        _, ep, cluster = worker.moe
        if cluster > 1 and ep > 1:
            yield Flag(
                worker.where(("moe_cluster_parallel_size",)),
                f"moe_cluster_parallel_size={cluster} with moe_expert_parallel_size={ep} "
                f"({worker.name}): one of them must be 1",
                "leave moe_cluster_parallel_size out",
            )
