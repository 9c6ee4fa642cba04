# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A known defect of 1.2 with a pipeline on prefill only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN615",
    "pipeline-to-tensor",
    level="warning",
    since="0.1",
    strikes="under load",
    source="the release notes of TensorRT-LLM 1.2, known issues",
    bad="""
    versions: {trtllm: 1.2.0}
    roles: {prefill: {nodes_per_worker: 2}, decode: {}}
    engine_configs:
      prefill: {pipeline_parallel_size: 2}
      decode: {}
    """,
    good="""
    versions: {trtllm: 1.2.0}
    roles: {prefill: {nodes_per_worker: 2}, decode: {}}
    engine_configs:
      prefill: {tensor_parallel_size: 8}
      decode: {}
    """,
)
def pipeline_to_tensor(case: Case) -> Iterator[Flag]:
    """Prefill with pipeline parallelism and decode with tensor parallelism, on TensorRT-LLM 1.2.

    Why: the release notes say that it may hang.

    Remedy: tensor parallelism on both sides.
    """
    release = case.release
    if case.pair is None or release is None:
        return
    prefill, decode = case.pair
    if release.between(since="1.2.0", before="1.3.0rc0") and (
        prefill.role.parallel.pp > 1 and decode.role.parallel.pp == 1 and decode.tp > 1
    ):
        yield Flag(
            prefill.where(("pipeline_parallel_size",)),
            f"pipeline_parallel_size {prefill.role.parallel.pp} on prefill and tp {decode.tp} on "
            f"decode may hang in TensorRT-LLM {release}",
            "tensor_parallel_size instead of pipeline_parallel_size on prefill",
        )
