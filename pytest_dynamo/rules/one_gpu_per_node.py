# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A known defect of 1.0 with several nodes of one GPU."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN611",
    "one-gpu-per-node",
    level="warning",
    since="0.1",
    strikes="load",
    source="the release notes of TensorRT-LLM 1.0, known issues",
    bad="""
    versions: {trtllm: 1.0.0}
    hardware: {gpu: H100, gpus_per_node: 1}
    roles: {agg: {nodes_per_worker: 2}}
    engine_configs: {agg: {tensor_parallel_size: 2}}
    """,
    good="""
    versions: {trtllm: 1.1.0}
    hardware: {gpu: H100, gpus_per_node: 1}
    roles: {agg: {nodes_per_worker: 2}}
    engine_configs: {agg: {tensor_parallel_size: 2}}
    """,
)
def one_gpu_per_node(case: Case) -> Iterator[Flag]:
    """A worker over several nodes with one GPU each, on TensorRT-LLM 1.0.

    Why: the release notes say that it fails.

    Remedy: TensorRT-LLM 1.1, or nodes with more GPUs.
    """
    release = case.release
    if release is None or not release.between(since="1.0.0rc0", before="1.1.0rc0"):
        return
    for name, role in case.roles:
        if role.nodes_per_worker > 1 and role.parallel.world_size == role.nodes_per_worker:
            yield Flag(
                ("roles", name, "nodes_per_worker"),
                f"one GPU on each of {role.nodes_per_worker} nodes fails in TensorRT-LLM {release}",
                "TensorRT-LLM 1.1, or more GPUs of fewer nodes",
            )
