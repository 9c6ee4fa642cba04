# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Plans of any shape, and what the ranks of a healthy launch say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo import engines
from pytest_dynamo.launch.plan import LaunchPlan, Port, Process, Worker
from pytest_dynamo.topology import places
from pytest_dynamo.topology.model import Budgets

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.engines import Milestone

HEAD = "node1"


@pytest.fixture(scope="session")
def make_plan() -> Callable[..., LaunchPlan]:
    """Plan ``role=(workers, nodes, ranks per node)``; one process a rank, or one srun a worker."""

    def make(*, labelled: bool = False, **roles: tuple[int, int, int]) -> LaunchPlan:
        workers: list[Worker] = []
        processes = [
            Process("etcd", "etcd", "service", ("etcd",), "logs/etcd.log", (HEAD,),
                    ports=(Port(HEAD, 2379, "etcd clients"),)),
            Process("frontend", "frontend", "frontend", ("frontend",), "logs/frontend.log", (HEAD,),
                    ports=(Port(HEAD, 8000, "HTTP"),), after=("etcd",)),
        ]  # fmt: skip
        taken = 0
        for role, (count, nodes, per_node) in roles.items():
            for replica in range(count):
                name = f"{role}{replica}"
                hosts = tuple(f"node{taken + number + 1}" for number in range(nodes))
                taken += nodes
                gpus = (tuple(range(per_node)),) * nodes
                worker = Worker(name, role, replica, "backend", hosts, gpus)
                workers.append(worker)
                ranks = tuple(range(nodes * per_node))
                if labelled:
                    processes.append(
                        Process(name, name, "worker", ("srun",), f"logs/{name}.log", hosts,
                                ranks=ranks, labelled=True, after=("frontend",))
                    )  # fmt: skip
                    continue
                processes += [
                    Process(f"{name}-rank{rank}", name, "worker", ("rank",),
                            f"logs/{name}-rank{rank}.log", (worker.node_of(rank),),
                            ranks=(rank,), after=("frontend",))
                    for rank in ranks
                ]  # fmt: skip
        hosts = tuple(f"node{number + 1}" for number in range(taken))
        return LaunchPlan("test", "local", "the/model", "http://node1:8000", HEAD, hosts,
                          tuple(workers), tuple(processes))  # fmt: skip

    return make


@pytest.fixture(scope="session")
def milestones() -> tuple[Milestone, ...]:
    """Return what TensorRT-LLM's launch chain says."""
    topology = places.load("wide_ep_agg", [places.bundled()])
    return engines.get("trtllm").milestones(topology)


@pytest.fixture(scope="session")
def budgets() -> Budgets:
    """Return a budget for each phase that no other phase has."""
    return Budgets(services=10, launch=20, load=30, registration=40, serving=50)


@pytest.fixture(scope="session")
def recorded() -> Path:
    """Return where logs of a real srun (22.05.8, four nodes, 16 stand-in ranks) are kept."""
    return Path(__file__).parent / "recorded"
