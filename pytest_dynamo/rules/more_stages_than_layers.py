# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Pipeline parallelism against the layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN108",
    "more-stages-than-layers",
    level="error",
    since="0.1",
    strikes="load",
    text="pp_size cannot be larger than num_hidden_layers",
    source="Mapping of TensorRT-LLM",
    bad="""
    hardware: {gpu: GB200, gpus_per_node: 4}
    roles: {agg: {nodes_per_worker: 10}}
    engine_configs: {agg: {tensor_parallel_size: 1, pipeline_parallel_size: 40}}
    """,
    good="""
    hardware: {gpu: GB200, gpus_per_node: 4}
    roles: {agg: {nodes_per_worker: 8}}
    engine_configs: {agg: {tensor_parallel_size: 1, pipeline_parallel_size: 32}}
    """,
)
def more_stages_than_layers(case: Case) -> Iterator[Flag]:
    """More pipeline stages than the model has layers.

    Why: every stage needs a layer at least.

    Remedy: lower pipeline_parallel_size.
    """
    shape = case.model
    if shape is None or shape.layers is None or case.topology.engine == "vllm":
        return  # vLLM gives a stage no layers, if it comes to that
    for worker in case.workers:
        if (stages := worker.role.parallel.pp) > shape.layers:
            yield Flag(
                worker.where(("pipeline_parallel_size",)),
                f"pipeline_parallel_size={stages} for {shape.layers} layers ({worker.name}; "
                f"{shape.name}, by {shape.source})",
                f"pipeline_parallel_size: at most {shape.layers}",
            )
