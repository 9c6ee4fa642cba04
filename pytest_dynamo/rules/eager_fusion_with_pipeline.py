# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A known defect of 1.0 with quantised Llama models in pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN613",
    "eager-fusion-with-pipeline",
    level="warning",
    since="0.1",
    strikes="silent",
    source="the release notes of TensorRT-LLM 1.0, known issues",
    bad="""
    versions: {trtllm: 1.0.0}
    model: {path: nvidia/Llama-3.1-405B-Instruct-FP8, served_name: llama}
    roles: {agg: {nodes_per_worker: 2}}
    engine_configs: {agg: {tensor_parallel_size: 4, pipeline_parallel_size: 2}}
    """,
    good="""
    versions: {trtllm: 1.0.0}
    model: {path: nvidia/Llama-3.1-405B-Instruct-FP8, served_name: llama}
    roles: {agg: {nodes_per_worker: 2}}
    environment: {TRTLLM_LLAMA_EAGER_FUSION_DISABLED: "1"}
    engine_configs: {agg: {tensor_parallel_size: 4, pipeline_parallel_size: 2}}
    """,
)
def eager_fusion_with_pipeline(case: Case) -> Iterator[Flag]:
    """A quantised Llama model with pipeline parallelism and eager fusion, on TensorRT-LLM 1.0.

    Why: the release notes ask to turn the fusion off.

    Remedy: TRTLLM_LLAMA_EAGER_FUSION_DISABLED=1.
    """
    release, shape = case.release, case.model
    name = "TRTLLM_LLAMA_EAGER_FUSION_DISABLED"
    if release is None or not release.between(since="1.0.0", before="1.1.0rc0") or shape is None:
        return
    if "llama" not in shape.name.lower() or shape.quantization not in ("FP8", "NVFP4"):
        return
    for worker in case.pytorch:
        if worker.role.parallel.pp > 1 and case.topology.environment.get(name) != "1":
            yield Flag(
                worker.where(("pipeline_parallel_size",)),
                f"{shape.name} ({shape.quantization}) with pipeline_parallel_size "
                f"{worker.role.parallel.pp} in TensorRT-LLM {release} needs {name}=1",
                f"environment: {{{name}: '1'}}",
            )
