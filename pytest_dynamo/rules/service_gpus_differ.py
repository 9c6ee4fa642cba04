# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""GPUs that dynamo serve gives a component against its parallelism."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule
from pytest_dynamo.topology import facts

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN425",
    "service-gpus-differ",
    level="error",
    since="0.1",
    strikes="load",
    text="The number of required GPUs exceeds the total number of available GPUs",
    source="the ServiceArgs of guides 002 and 004: resources.gpu becomes CUDA_VISIBLE_DEVICES; "
    "Dynamo's own file for TP16 on a Ray cluster of two nodes gives 1",
    bad="""
    engine: vllm
    hardware: {gpu: H100, gpus_per_node: 8}
    engine_configs:
      agg: {VllmWorker: {tensor-parallel-size: 8, ServiceArgs: {workers: 1, resources: {gpu: 4}}}}
    """,
    good="""
    engine: vllm
    hardware: {gpu: H100, gpus_per_node: 8}
    engine_configs:
      agg: {VllmWorker: {tensor-parallel-size: 8, ServiceArgs: {workers: 1, resources: {gpu: 8}}}}
    """,
)
def service_gpus_differ(case: Case) -> Iterator[Flag]:
    """A component that is given fewer GPUs than its ranks, or more.

    Why: dynamo serve shows each component that many GPUs and no others. More than the ranks are
    idle. More ranks than a node has GPUs are placed by Ray over its cluster, whatever is given.

    Remedy: ServiceArgs.resources.gpu equal to tensor-parallel-size x pipeline-parallel-size.
    """
    per_node = max(gpu.per_node for gpu in facts.gpus().values())
    for worker in case.workers:
        path = ("ServiceArgs", "resources", "gpu")
        stated, world = worker.raw(path), worker.role.parallel.world_size
        if isinstance(stated, str) and stated.isdecimal():
            stated = int(stated)
        if not isinstance(stated, int) or worker.role.nodes_per_worker > 1 or stated == world:
            continue
        if world > per_node:
            continue
        yield Flag(
            worker.where(path),
            f"resources.gpu {stated} for {world} ranks ({worker.name})",
            f"gpu: {world}",
            None if stated < world else "warning",
        )
