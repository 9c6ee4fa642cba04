# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""vLLM workers of several nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN420",
    "ray-missing",
    level="error",
    since="0.1",
    strikes="load",
    text="ValueError: Total number of attention heads or GPUs ... The number of required GPUs "
    "exceeds the total number of available GPUs in the placement group.",
    source="guide 002: a Ray cluster spans the nodes of a worker",
    bad="""
    engine: vllm
    roles: {agg: {nodes_per_worker: 2, parallel: {tp: 16}}}
    hardware: {gpu: H100, gpus_per_node: 8}
    """,
    good="""
    engine: vllm
    roles: {agg: {nodes_per_worker: 2, parallel: {tp: 16}}}
    hardware: {gpu: H100, gpus_per_node: 8}
    ray: {port: 6379}
    """,
)
def ray_missing(case: Case) -> Iterator[Flag]:
    """A vLLM worker on several nodes and no Ray cluster.

    Why: vLLM places ranks of other nodes through Ray; alone it sees the GPUs of its own node.

    Remedy: a ray section; the cluster is started before the worker.
    """
    if case.topology.engine != "vllm" or case.topology.ray is not None:
        return
    for name, role in case.roles:
        if role.nodes_per_worker > 1:
            yield Flag(
                ("roles", name, "nodes_per_worker"),
                f"a {name} worker spans {role.nodes_per_worker} nodes without a Ray cluster",
                "ray: {port: 6379}",
            )
