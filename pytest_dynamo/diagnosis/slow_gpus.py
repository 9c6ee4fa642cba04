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


def slowed(plan: LaunchPlan, gpu: SlowGpu, node: str, step: str | None) -> Diagnosis:
    """Return a GPU of a node as the first cause; ``step`` is who runs there, None if unknown.

    The rank is told where the worker has one for each GPU of the node.
    """
    worker = plan.worker(step or "") or (plan.workers[0] if len(plan.workers) == 1 else None)
    rank = _rank(worker, node, gpu.gpu) if worker else None
    issue = known_issues.get("gpu-slowed")
    whose = f"rank {rank} of {worker.name}" if worker and rank is not None else None
    where = f"{whose or (worker.name if worker else f'GPU {gpu.gpu}')} on {node}"
    what = f"GPU {gpu.gpu} runs at {gpu.mhz} MHz, those beside it at {gpu.others_mhz} MHz"
    return Diagnosis(
        phase="serving",
        kind="stall",
        where=where,
        what=what,
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


def _rank(worker: Worker, node: str, gpu: int) -> int | None:
    """Return the rank of a GPU of a node, None where the worker is not known to run there."""
    if len(worker.nodes) == 1:
        return worker.gpus[0].index(gpu) if gpu in worker.gpus[0] else None
    if node not in worker.nodes:
        return None
    at = worker.nodes.index(node)
    before = sum(map(len, worker.gpus[:at]))
    return before + worker.gpus[at].index(gpu) if gpu in worker.gpus[at] else None
