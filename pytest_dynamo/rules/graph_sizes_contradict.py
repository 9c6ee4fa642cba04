# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Two ways to say which CUDA graphs are captured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule
from pytest_dynamo.topology import versions

if TYPE_CHECKING:
    from collections.abc import Iterator

    Path = tuple[str | int, ...]


@rule(
    "DYN204",
    "graph-sizes-contradict",
    level="error",
    since="0.1",
    strikes="parse",
    text="Please don't set both cuda_graph_config.batch_sizes and "
    "cuda_graph_config.max_batch_size - from 1.3 on: CudaGraphConfig.max_batch_size is "
    "incompatible with CudaGraphConfig.batch_sizes",
    source="CudaGraphConfig of TensorRT-LLM: up to 1.2 both must describe the same generated "
    "list, from 1.3 on max_batch_size is the largest of batch_sizes",
    bad="""
    engine_configs:
      agg: {max_batch_size: 64, cuda_graph_config: {batch_sizes: [1, 2, 4], max_batch_size: 64}}
    """,
    good="""
    engine_configs:
      agg: {max_batch_size: 64, cuda_graph_config: {batch_sizes: [1, 2, 4]}}
    """,
)
def graph_sizes_contradict(case: Case) -> Iterator[Flag]:
    """batch_sizes and max_batch_size of CUDA graphs that do not agree.

    Why: the engine refuses to choose between them.

    Remedy: keep one of the two.
    """
    for worker in case.pytorch:
        sizes, most = worker.given("graph_sizes"), worker.whole("graph_max")
        if sizes is None or most is None or not isinstance(sizes.value, list) or not most.value:
            continue
        listed = sorted(size for size in sizes.value if isinstance(size, int))
        if not listed:
            continue
        if listed[-1] != most.value:
            yield Flag(
                worker.where(most.path),
                f"{most.key} {most.value}, the largest of {sizes.key} is {listed[-1]} "
                f"({worker.name})",
                f"{most.path[-1]}: {listed[-1]}, or leave one of them out",
            )
        elif _must_be_generated(case, sizes.path) and listed not in _generated(
            most.value, padded=worker.raw(("cuda_graph_config", "enable_padding")) is True
        ):
            yield Flag(
                worker.where(most.path),
                f"{most.key} {most.value} stands for other sizes than {sizes.key} ({worker.name})",
                f"leave {most.path[-1]} out: it is the largest of {sizes.path[-1]} anyway",
            )


def _must_be_generated(case: Case, path: Path) -> bool:
    return (
        case.release is not None
        and path[0] == "cuda_graph_config"
        and versions.between(case.release.version, before="1.3.0rc0")
    )


def _generated(most: int, *, padded: bool) -> list[list[int]]:
    """Return the sizes that the engine makes of the largest; releases differ in the powers."""
    small = [1, 2, 4, *range(8, 129, 8)] if padded else [*range(1, 32), 32, 64, 128]
    return [
        sorted({size for size in (*small, *powers) if size <= most} | {most})
        for powers in (
            [2**power for power in range(8, math.floor(math.log2(most)))],
            [2**power for power in range(8, math.ceil(math.log2(most)))],
        )
    ]
