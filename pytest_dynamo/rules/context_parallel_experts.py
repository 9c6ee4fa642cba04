# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Context parallelism together with parallel experts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN106",
    "context-parallel-experts",
    level="error",
    since="0.1",
    strikes="load",
    text="CP ULYSSES doesn't support MoE tp/ep yet",
    source="Mapping of TensorRT-LLM; Helix parallelism is the exception",
    bad="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 2}}
    engine_configs:
      agg:
        tensor_parallel_size: 4
        moe_expert_parallel_size: 4
        context_parallel_size: 2
        cp_config: {cp_type: ULYSSES}
    """,
    good="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 2}}
    engine_configs:
      agg: {tensor_parallel_size: 8, moe_expert_parallel_size: 8}
    """,
)
def context_parallel_experts(case: Case) -> Iterator[Flag]:
    """Context parallelism with experts that are shared out, other than Helix.

    Why: the engine raises it while it builds the mapping of ranks. Where cp_type is not given, the
    release decides what it is, so that is a warning.

    Remedy: set cp_config.cp_type to HELIX on the decode worker, or context_parallel_size to 1.
    """
    for worker in case.pytorch:
        moe_ep = worker.whole("moe_ep")
        if worker.role.parallel.cp == 1 or moe_ep is None or moe_ep.value <= 1:
            continue
        kind = worker.word("cp_type")
        if kind is not None and kind.value.upper() == "HELIX":
            continue
        yield Flag(
            worker.where(("context_parallel_size",)),
            f"context_parallel_size={worker.role.parallel.cp} with "
            f"moe_expert_parallel_size={moe_ep.value} and cp_type "
            f"{kind.value if kind else 'not given'} ({worker.name})",
            "cp_config.cp_type: HELIX on the decode worker, or context_parallel_size: 1",
            None if kind is not None else "warning",
        )
