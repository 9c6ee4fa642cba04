# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Helix parallelism on a prefill worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN313",
    "helix-on-prefill",
    level="error",
    since="0.1",
    strikes="load",
    text="Helix CP is decode-only",
    source="TensorRT-LLM 1.2 and later",
    bad="""
    versions: {trtllm: 1.2.1}
    roles: {prefill: {nodes_per_worker: 2}, decode: {nodes_per_worker: 2}}
    engine_configs:
      prefill: {tensor_parallel_size: 4, context_parallel_size: 2, cp_config: {cp_type: HELIX}}
      decode: {tensor_parallel_size: 4, context_parallel_size: 2, cp_config: {cp_type: HELIX}}
    """,
    good="""
    versions: {trtllm: 1.2.1}
    roles: {prefill: {}, decode: {nodes_per_worker: 2}}
    engine_configs:
      prefill: {tensor_parallel_size: 4}
      decode: {tensor_parallel_size: 4, context_parallel_size: 2, cp_config: {cp_type: HELIX}}
    """,
)
def helix_on_prefill(case: Case) -> Iterator[Flag]:
    """Helix context parallelism on a worker that computes prompts.

    Why: Helix splits the cache of sequences that are being generated; the engine asserts it.

    Remedy: context_parallel_size 1 on prefill.
    """
    for worker in case.pytorch:
        kind = worker.word("cp_type")
        helix = kind is not None and kind.value.upper() == "HELIX"
        if helix and worker.name == "prefill" and worker.role.parallel.cp > 1:
            yield Flag(
                worker.where(("cp_config",)),
                f"cp_type HELIX with context_parallel_size {worker.role.parallel.cp} on prefill",
                "context_parallel_size: 1 and no cp_config on prefill",
            )
