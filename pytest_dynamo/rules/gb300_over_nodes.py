# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What 1.1 says of several nodes of GB300."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN614",
    "gb300-over-nodes",
    level="warning",
    since="0.1",
    strikes="under load",
    source="the release notes of TensorRT-LLM 1.1",
    bad="""
    versions: {trtllm: 1.1.0}
    hardware: {gpu: GB300, gpus_per_node: 4}
    roles: {agg: {nodes_per_worker: 2}}
    engine_configs: {agg: {tensor_parallel_size: 8}}
    """,
    good="""
    versions: {trtllm: 1.2.0}
    hardware: {gpu: GB300, gpus_per_node: 4}
    roles: {agg: {nodes_per_worker: 2}}
    engine_configs: {agg: {tensor_parallel_size: 8}}
    """,
)
def gb300_over_nodes(case: Case) -> Iterator[Flag]:
    """A worker over several nodes of GB300, on TensorRT-LLM 1.1.

    Why: the release notes call it beta.

    Remedy: TensorRT-LLM 1.2.
    """
    release, gpu = case.release, case.gpu
    if release is None or not release.between(since="1.1.0", before="1.2.0rc0"):
        return
    if gpu is None or gpu.name != "GB300":
        return
    for name, role in case.roles:
        if role.nodes_per_worker > 1:
            yield Flag(
                ("roles", name, "nodes_per_worker"),
                f"{role.nodes_per_worker} nodes of GB300 are beta in TensorRT-LLM {release}",
                "TensorRT-LLM 1.2",
            )
