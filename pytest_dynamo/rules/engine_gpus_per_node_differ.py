# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The engine's own idea of a node against the topology's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN422",
    "engine-gpus-per-node-differ",
    level="warning",
    since="0.1",
    strikes="load",
    source="Dynamo issue 4299: gpus_per_node 1; the engine places world / nodes ranks by it",
    bad="""
    engine_configs: {agg: {tensor_parallel_size: 4, gpus_per_node: 8}}
    """,
    good="""
    engine_configs: {agg: {tensor_parallel_size: 4, gpus_per_node: 4}}
    """,
)
def engine_gpus_per_node_differ(case: Case) -> Iterator[Flag]:
    """gpus_per_node of an engine file that is not the hardware's.

    Why: ranks choose their GPU by rank modulo gpus_per_node; with another number two ranks meet on
    one GPU, or ask for one that is not there.

    Remedy: leave it out: the engine counts the GPUs it sees.
    """
    for worker in case.pytorch:
        stated, real = worker.raw(("gpus_per_node",)), case.topology.hardware.gpus_per_node
        if isinstance(stated, int) and not isinstance(stated, bool) and stated != real:
            yield Flag(
                worker.where(("gpus_per_node",)),
                f"gpus_per_node {stated}, the topology's nodes have {real} ({worker.name})",
                f"gpus_per_node: {real}, or leave it out",
            )
