# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Two ways to say which CUDA graphs are captured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


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
        listed = [size for size in sizes.value if isinstance(size, int)]
        if listed and max(listed) != most.value:
            yield Flag(
                worker.where(most.path),
                f"{most.key} {most.value}, the largest of {sizes.key} is {max(listed)} "
                f"({worker.name})",
                f"{most.path[-1]}: {max(listed)}, or leave one of them out",
            )
