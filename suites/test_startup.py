# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Every rank came up as the topology describes it, and every worker is registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment
    from pytest_dynamo.topology.model import Topology


@pytest.mark.dynamo_requires("ranks")
def test_every_rank_joins_once_with_the_world_size_of_its_worker(
    deployment: Deployment, subtests: pytest.Subtests
) -> None:
    """Each rank says who it is exactly once, of as many as tp x pp x cp makes."""
    for rank in deployment.ranks:
        with subtests.test(str(rank)):
            said = [(each.rank, each.world_size) for each in rank.announcements]

            assert said == [(rank.rank, rank.world_size)], rank.log


@pytest.mark.dynamo_requires("ranks")
def test_every_worker_has_one_leader_and_it_is_rank_0(
    deployment: Deployment, subtests: pytest.Subtests
) -> None:
    """A worker of N ranks shows one leader line and N-1 worker lines."""
    for worker in deployment.workers:
        with subtests.test(worker.name):
            leaders = [
                rank.rank
                for rank in deployment.ranks
                if rank.worker == worker.name and any(said.leader for said in rank.announcements)
            ]

            assert leaders == [0]


@pytest.mark.dynamo_requires("ranks")
def test_every_rank_loads_its_weights_once(
    deployment: Deployment, subtests: pytest.Subtests
) -> None:
    """Each rank reports its load time exactly once."""
    for rank in deployment.ranks:
        with subtests.test(str(rank)):
            assert len(rank.load_seconds) == 1, rank.log


@pytest.mark.dynamo_requires("launched")
def test_the_ranks_are_those_of_the_topology(deployment: Deployment, topology: Topology) -> None:
    """The plan that ran has the workers and ranks that the topology describes."""
    planned = {
        role: sorted(each.world_size for each in deployment.workers if each.role == role)
        for role in topology.roles
    }

    assert planned == {
        name: [role.parallel.world_size] * role.workers for name, role in topology.roles.items()
    }


@pytest.mark.dynamo_requires("described", "worker-counts")
def test_every_worker_is_registered_with_its_role(
    deployment: Deployment, topology: Topology
) -> None:
    """The frontend counts as many workers of each role as described: no fewer, and no more."""
    health = deployment.client.health()
    components = {each.role: each.component for each in deployment.workers}

    assert health is not None
    registered = {role: health.count(component) for role, component in components.items()}
    assert registered == {name: role.workers for name, role in topology.roles.items()}


@pytest.mark.dynamo_requires("described", "worker-counts")
def test_no_stranger_is_registered(deployment: Deployment) -> None:
    """Nothing serves under this frontend that the topology does not describe."""
    health = deployment.client.health()

    assert health is not None
    strangers = {
        each.component for each in health.instances if each.endpoint == "generate"
    } - {each.component for each in deployment.workers}
    assert strangers == set()


def test_the_frontend_calls_the_model_ready(deployment: Deployment) -> None:
    """Where the frontend has a word for readiness of a model, it says so."""
    readiness = deployment.client.model_ready()

    assert readiness is None or readiness.ready, readiness.reason


@pytest.mark.dynamo_requires("gpu")
def test_the_engine_is_real(deployment: Deployment) -> None:
    """The ranks are an engine on GPUs, not stand-ins, whatever they are called."""
    words = [word for process in deployment.plan.processes for word in process.tokens]

    assert deployment.stand_in is None
    assert [word for word in words if word.endswith("standin/rank.py")] == []
