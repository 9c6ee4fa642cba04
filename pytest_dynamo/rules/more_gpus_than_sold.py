# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""GPUs of a node against the GPU that is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN418",
    "more-gpus-than-sold",
    level="warning",
    since="0.1",
    strikes="submit",
    source="how NVIDIA sells them: 4 GB200 or GB300 to a node, 8 of the others",
    bad="""
    hardware: {gpu: GB200, gpus_per_node: 8}
    engine_configs: {agg: {tensor_parallel_size: 4}}
    """,
    good="""
    hardware: {gpu: B200, gpus_per_node: 8}
    engine_configs: {agg: {tensor_parallel_size: 4}}
    """,
)
def more_gpus_than_sold(case: Case) -> Iterator[Flag]:
    """More GPUs to a node than such nodes have.

    Why: Slurm would not grant them, and every count of nodes is wrong.

    Remedy: hardware.gpus_per_node as sinfo shows it.
    """
    gpu, stated = case.gpu, case.topology.hardware.gpus_per_node
    if gpu is not None and stated > gpu.per_node:
        yield Flag(
            ("hardware", "gpus_per_node"),
            f"{stated} {gpu.name} to a node; nodes have {gpu.per_node}",
            f"gpus_per_node: {gpu.per_node}",
        )
