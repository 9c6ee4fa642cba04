# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A known defect of 1.0 with pipelines and reuse in disaggregated serving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN612",
    "pipeline-with-reuse",
    level="warning",
    since="0.1",
    strikes="under load",
    source="the release notes of TensorRT-LLM 1.0, known issues",
    bad="""
    versions: {trtllm: 1.0.0}
    roles: {prefill: {nodes_per_worker: 2}, decode: {}}
    engine_configs:
      prefill: {pipeline_parallel_size: 2, kv_cache_config: {enable_block_reuse: true}}
      decode: {kv_cache_config: {enable_block_reuse: false}}
    """,
    good="""
    versions: {trtllm: 1.0.0}
    roles: {prefill: {nodes_per_worker: 2}, decode: {}}
    engine_configs:
      prefill: {pipeline_parallel_size: 2, kv_cache_config: {enable_block_reuse: false}}
      decode: {kv_cache_config: {enable_block_reuse: false}}
    """,
)
def pipeline_with_reuse(case: Case) -> Iterator[Flag]:
    """Disaggregated serving with pipeline parallelism and block reuse, on TensorRT-LLM 1.0.

    Why: the release notes say that it may hang. Reuse is on unless it is turned off.

    Remedy: enable_block_reuse: false on that worker.
    """
    release = case.release
    if release is None or not release.between(since="1.0.0", before="1.1.0rc0"):
        return
    for worker in case.pair or ():
        reuse = worker.flag("block_reuse")
        if worker.role.parallel.pp > 1 and (reuse is None or reuse.value):
            yield Flag(
                worker.where(reuse.path if reuse else ("pipeline_parallel_size",)),
                f"pipeline_parallel_size {worker.role.parallel.pp} with block reuse may hang in "
                f"TensorRT-LLM {release} ({worker.name})",
                "kv_cache_config.enable_block_reuse: false",
            )
