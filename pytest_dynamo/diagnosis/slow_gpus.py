# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A GPU that slows down, as the first cause where nothing else is one: whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo import known_issues
from pytest_dynamo.diagnosis.diagnosis import Diagnosis

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import LaunchPlan, Worker
    from pytest_dynamo.watch.gpu_tables import SlowGpu


def slowed(plan: LaunchPlan, gpu: SlowGpu, node: str | None, step: str) -> Diagnosis:
    """Return a GPU as the first cause; ``step`` is that of the worker on its node, if it is of one.

    ``node`` is None where nothing names it. The rank is told where the worker has one for each GPU.
    """
    worker = plan.worker(step)
    rank = _rank(worker, node, gpu.gpu) if worker else None
    issue = known_issues.get("gpu-slowed")
    where = worker.name if worker else f"GPU {gpu.gpu}"
    where = where if rank is None else f"rank {rank} of {where}"
    return Diagnosis(
        phase="serving",
        kind="stall",
        where=f"{where} on {node}" if node else where,
        what=f"GPU {gpu.gpu} runs at {gpu.mhz} MHz, those beside it at {gpu.others_mhz} MHz",
        fault=issue.fault,
        evidence=f"{gpu.log}:{gpu.line}",
        remedy=issue.hint,
        said=(gpu.row,),
        known_issue=issue.code,
        worker=worker.name if worker else None,
        role=worker.role if worker else None,
        rank=rank,
        node=node,
        exclude_node=node,
        confidence="medium",
    )


def _rank(worker: Worker, node: str | None, gpu: int) -> int | None:
    """Return the rank of a GPU of a node, None where the worker is not known to run there."""
    there = worker.nodes if len(worker.nodes) == 1 else (node,)
    first = 0
    for name, gpus in zip(worker.nodes, worker.gpus, strict=True):
        if name in there:
            return first + gpus.index(gpu) if gpu in gpus else None
        first += len(gpus)
    return None
