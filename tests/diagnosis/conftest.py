# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""One deployment, as local processes and as Slurm steps, and the logs that it left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.evidence import Evidence
from pytest_dynamo.engines.trtllm import _MILESTONES
from pytest_dynamo.launch.plan import LaunchPlan, Process, Worker
from pytest_dynamo.watch.lines import Line, LineReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HEAD = "node1"
NODES = tuple(f"node{number}" for number in range(1, 6))


@pytest.fixture(scope="session")
def plan() -> LaunchPlan:
    """Return decode0 of 16 ranks on four nodes and prefill0 of two on a fifth, a process a rank."""
    workers = (
        Worker("decode0", "decode", 0, "backend", NODES[:4], ((0, 1, 2, 3),) * 4),
        Worker("prefill0", "prefill", 0, "prefill", NODES[4:], ((0, 1),)),
    )
    shared = (
        Process("etcd", "etcd", "service", ("etcd",), "logs/etcd.log", (HEAD,)),
        Process("frontend", "frontend", "frontend", ("frontend",), "logs/frontend.log", (HEAD,)),
    )
    ranks = tuple(
        Process(f"{worker.name}-rank{rank}", worker.name, "worker", ("rank",),
                f"logs/{worker.name}-rank{rank}.log", (worker.node_of(rank),), ranks=(rank,))
        for worker in workers
        for rank in range(worker.world_size)
    )  # fmt: skip
    return LaunchPlan("test", "local", "the/model", "http://node1:8000", HEAD, NODES,
                      workers, shared + ranks)  # fmt: skip


@pytest.fixture(scope="session")
def steps(plan: LaunchPlan) -> LaunchPlan:
    """Return the same deployment with one labelled srun for each worker, service and frontend."""
    shared = [replace(item, labelled=True) for item in plan.processes[:2]]
    sruns = [
        Process(item.name, item.name, "worker", ("srun",), f"logs/{item.name}.log", item.nodes,
                ranks=tuple(range(item.world_size)), labelled=True)
        for item in plan.workers
    ]  # fmt: skip
    return replace(plan, launcher="slurm", processes=(*shared, *sruns))


@pytest.fixture(scope="session")
def recorded() -> Callable[[str], tuple[Line, ...]]:
    """Return the lines of a log that a real srun of decode0 wrote, by its name."""
    folder = Path(__file__).parents[1] / "watch" / "recorded"

    def read(name: str) -> tuple[Line, ...]:
        reader = LineReader("decode0", labelled=True)
        return (*reader.feed((folder / f"{name}.log").read_bytes()), *reader.close())

    return read


@pytest.fixture(scope="session")
def spoken() -> Callable[..., Evidence]:
    """Return the evidence of what processes said last; of a labelled one with its labels."""

    def evidence(of: LaunchPlan, said: Mapping[str, str | tuple[Line, ...]]) -> Evidence:
        found = Evidence(of, _MILESTONES)
        for name, text in said.items():
            for line in text if isinstance(text, tuple) else lines_of(of, name, text):
                found.receive(line)
        return found

    return evidence


def lines_of(of: LaunchPlan, name: str, text: str) -> tuple[Line, ...]:
    """Return the lines of a log of one of the processes."""
    item = next(each for each in of.processes if each.name == name)
    one = item.ranks[0] if len(item.ranks) == 1 else None
    reader = LineReader(name, labelled=item.labelled, rank=one)
    return (*reader.feed(text.encode()), *reader.close())
