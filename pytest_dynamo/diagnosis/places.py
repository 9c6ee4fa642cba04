# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Where a person looks for a process or a rank, and what several of them are called together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.watch.ledger import ranges
from pytest_dynamo.watch.log_names import TOLD_BY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_dynamo.diagnosis.ends import End
    from pytest_dynamo.launch.plan import LaunchPlan, Process, Worker


def place(plan: LaunchPlan, process: Process, rank: int | None) -> str:
    """Return where a person looks for a process, or for a rank of it."""
    worker = plan.worker(process.step)
    if worker and rank is not None:
        at = node_of(plan, process, rank)
        return f"rank {rank} of {worker.name}" + (f" on {at}" if at else "")
    name = process.name.partition(TOLD_BY)[0]
    there = ", ".join(each for each in process.nodes if each != name)
    return f"{name} on {there}" if there else name


def one_of(workers: Iterable[Worker], rank: int | None, node: str | None) -> str:
    """Return where a person looks for a rank that may be of any of several workers."""
    who = " or ".join(worker.name for worker in workers)
    at = f" on {node}" if node else ""
    return f"rank {rank} of {who}{at}" if rank is not None else f"{who}{at}"


def node_of(plan: LaunchPlan, process: Process, rank: int | None) -> str | None:
    """Return the node that a process or a rank of it runs on, None where that is not one."""
    worker = plan.worker(process.step)
    if worker and rank is not None:
        # a log may tell of ranks that are not planned
        return worker.node_of(rank) if rank < worker.world_size else None
    return process.nodes[0] if len(process.nodes) == 1 else None


def names(found: Iterable[End]) -> tuple[str, ...]:
    """Return the names of processes; of one with several ranks, which of them."""
    ranks: dict[str, list[int]] = {}
    for end in found:
        mine = ranks.setdefault(end.process.name, [])
        if end.rank is not None and len(end.process.ranks) > 1:
            mine.append(end.rank)
    return tuple(f"{name} rank {ranges(mine)}" if mine else name for name, mine in ranks.items())
