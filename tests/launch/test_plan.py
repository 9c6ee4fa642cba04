# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Placement, and the plan as a value, as JSON and as a shell script."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import planning
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tried

from pytest_dynamo.errors import PlanError
from pytest_dynamo.launch import local, slurm
from pytest_dynamo.launch.plan import (
    Cluster,
    LaunchPlan,
    Port,
    Process,
    check_plan,
    masked,
    nodes_needed,
    place,
    secrets,
)

if TYPE_CHECKING:
    from pytest_dynamo.topology.model import Topology

MANY = tried(1000)
#: What a command line can hold: no NUL, and what a file system could.
WORDS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12)


@st.composite
def shapes(draw: st.DrawFn) -> Topology:
    """Return a topology of any shape that fits together, and of up to 96 ranks."""
    per_node = draw(st.sampled_from([1, 2, 4, 8]))
    roles: dict[str, Any] = {}
    for name in draw(st.sampled_from([("agg",), ("prefill", "decode"), ("decode", "prefill")])):
        nodes = draw(st.integers(1, 3))
        ranks = draw(st.integers(1, per_node)) * nodes
        tp = draw(st.sampled_from([size for size in range(1, ranks + 1) if ranks % size == 0]))
        roles[name] = {
            "workers": draw(st.integers(1, 3)),
            "nodes_per_worker": nodes,
            "own_nodes": draw(st.booleans()),
            "parallel": {"tp": tp, "pp": ranks // tp},
        }
    return planning.topology(
        roles=roles,
        hardware={"gpu": "H100", "gpus_per_node": per_node},
        versions={"dynamo": draw(st.sampled_from(["0.4.1", "1.0.2", "1.6.1"]))},
        environment={"HF_TOKEN": "hf_secret", "A": "b,c"},
    )


@MANY
@given(shapes())
def test_no_gpu_is_given_twice_and_every_rank_has_one(topology: Topology) -> None:
    workers = place(topology, planning.cluster(topology))

    given_gpus = [
        (node, gpu)
        for worker in workers
        for node, here in zip(worker.nodes, worker.gpus, strict=True)
        for gpu in here
    ]
    assert len(given_gpus) == len(set(given_gpus)) == topology.ranks
    assert all(gpu < topology.hardware.gpus_per_node for _, gpu in given_gpus)


@MANY
@given(shapes())
def test_the_node_of_a_rank_is_where_its_gpu_is(topology: Topology) -> None:
    for worker in place(topology, planning.cluster(topology)):
        spread = [
            node for node, here in zip(worker.nodes, worker.gpus, strict=True) for _ in here
        ]

        assert spread == [worker.node_of(rank) for rank in range(worker.world_size)]
        with pytest.raises(IndexError):
            worker.node_of(worker.world_size)


@MANY
@given(shapes())
def test_the_nodes_needed_are_enough_and_none_can_be_spared(topology: Topology) -> None:
    needed = nodes_needed(topology)
    cluster = planning.cluster(topology)

    used = {node for worker in place(topology, cluster) for node in worker.nodes}

    assert set(cluster.nodes) == used
    with pytest.raises(PlanError, match=f"needs {needed} nodes"):
        place(topology, replace(cluster, nodes=cluster.nodes[:-1]))


@MANY
@given(shapes())
def test_a_worker_that_has_nodes_of_its_own_shares_none(topology: Topology) -> None:
    workers = place(topology, planning.cluster(topology))

    for worker in workers:
        if topology.roles[worker.role].own_nodes or len(worker.nodes) > 1:  # type: ignore[index]  # a role's name
            others = {node for other in workers if other is not worker for node in other.nodes}

            assert others.isdisjoint(worker.nodes)


def plans(topology: Topology) -> tuple[LaunchPlan, ...]:
    """Return the plans of a topology by every launcher that can plan it."""
    cluster = planning.cluster(topology)
    return (
        slurm.LAUNCHER.plan(topology, cluster),
        slurm.LAUNCHER.plan(topology, cluster, stand_in=True),
        local.LAUNCHER.plan(topology, cluster),
    )


@MANY
@given(shapes())
def test_every_shape_gets_a_plan_that_holds(topology: Topology) -> None:
    for plan in plans(topology):
        check_plan(plan)

        assert topology.ranks == sum(len(item.ranks) for item in plan.processes) == plan.ranks
        started = [item.name for item in plan.processes]
        for item in plan.processes:
            assert set(item.after) <= set(started[: started.index(item.name)])


@MANY
@given(shapes())
def test_a_written_plan_is_read_back_without_its_secrets(topology: Topology) -> None:
    for plan in plans(topology):
        text = json.dumps(plan.to_dict())
        bare = replace(
            plan,
            processes=tuple(
                replace(
                    item,
                    env={key: value for key, value in item.env.items() if key != "HF_TOKEN"},
                )
                for item in plan.processes
            ),
        )

        assert "hf_secret" not in text
        assert bare == LaunchPlan.from_dict(json.loads(text))
        assert {"HF_TOKEN": "hf_secret"} == secrets(topology.environment)


@tried(1000)
@given(
    words=st.lists(WORDS | st.sampled_from(["--", "-", "--a=b", "-J", planning.HOSTILE])),
    values=st.lists(WORDS | st.just(planning.HOSTILE), max_size=3),
)
def test_a_shell_takes_the_line_of_a_process_as_it_was_meant(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], values: list[str]
) -> None:
    program = planning.probe(tmp_path_factory.getbasetemp())
    env = {f"VARIABLE_{number}": value for number, value in enumerate(values)}
    item = Process("p", "p", "service", (str(program), *words), "p.log", ("n",), env=env)

    variables, arguments = planning.as_the_shell_reads_it(item)

    assert tuple(words) == arguments
    assert env == {key: variables[key] for key in env}


def test_nothing_in_a_plan_breaks_out_of_the_script() -> None:
    topology = planning.topology(model={"path": "m", "served_name": planning.HOSTILE})
    cluster = planning.cluster(topology, run_id=planning.HOSTILE, run_dir=planning.HOSTILE)
    plan = replace(
        local.LAUNCHER.plan(topology, cluster),
        stand_in=f"x{planning.HOSTILE}",
        notes=(f"y{planning.HOSTILE}\nrm -r /",),
    )

    lines = plan.script().splitlines()

    assert "rm -r /" not in lines
    assert [line for line in lines[:4] if not line.startswith("#")] == []


def test_the_script_shows_secrets_to_nobody() -> None:
    topology = planning.topology(
        environment={"HF_TOKEN": "s3cret", "AWS_SECRET_ACCESS": "s3cret", "NATS_AUTH_X": "s3cret"}
    )

    for plan in plans(topology):
        assert "s3cret" not in plan.script()
        assert "HF_TOKEN='***'" in plan.script()


def test_variables_that_are_no_secrets_are_shown() -> None:
    shown = masked({"TRTLLM_USE_UCX_KVCACHE": "1", "MONKEY": "x", "API_KEY": "x"})

    assert {"TRTLLM_USE_UCX_KVCACHE": "1", "MONKEY": "x", "API_KEY": "***"} == shown


@pytest.mark.parametrize(
    ("role", "message", "remedy"),
    [
        ({"parallel": {"tp": 16}}, "4 GPUs do not hold", "nodes_per_worker: 4"),
        ({"parallel": {"tp": 4}, "nodes_per_worker": 3}, "hold evenly", "nodes_per_worker: 1"),
    ],
)
def test_a_worker_that_its_nodes_do_not_hold_is_refused(
    role: dict[str, Any], message: str, remedy: str
) -> None:
    topology = planning.topology(roles={"agg": role})

    with pytest.raises(PlanError, match=message) as raised:
        nodes_needed(topology)

    assert remedy == raised.value.remedy


def test_nodes_with_fewer_gpus_than_described_are_refused() -> None:
    topology = planning.topology(roles={"agg": {"parallel": {"tp": 4}}})

    with pytest.raises(PlanError, match="nodes have 2 GPUs, the topology describes 4"):
        place(topology, planning.cluster(topology, gpus_per_node=2))


def plan_of(*processes: Process) -> LaunchPlan:
    topology = planning.topology(roles={"agg": {"parallel": {"tp": 2}}})
    workers = place(topology, planning.cluster(topology))
    return LaunchPlan("t", "x", "m", "http://h:1", "node1", ("node1",), workers, processes)


def worker(name: str = "agg0", **changes: Any) -> Process:  # Any: fields of a process
    fields = {"ranks": (0, 1), "labelled": True, **changes}
    return Process(name, "agg0", "worker", ("w",), "w.log", ("node1",), **fields)


def test_a_plan_with_a_process_for_every_rank_holds() -> None:
    check_plan(plan_of(worker()))
    check_plan(plan_of(worker("agg0.0", ranks=(0,)), worker("agg0.1", ranks=(1,))))


def test_a_worker_may_keep_its_ranks_inside() -> None:
    check_plan(plan_of(worker(ranks=())))


@pytest.mark.parametrize(
    ("processes", "message"),
    [
        ((), "have a process"),
        ((worker(ranks=(0,)),), "have a process"),
        ((worker("a", ranks=(0,)), worker("b", ranks=(0, 1))), "have a process"),
        ((worker(), worker()), "two processes are called agg0"),
        (
            (
                worker("a", ranks=(0,), ports=(Port("h", 1, "x"),)),
                worker("b", ranks=(1,), ports=(Port("h", 1, "y"),)),
            ),
            "port 1 of h is given to two",
        ),
    ],
)
def test_a_plan_that_does_not_hold_is_refused(
    processes: tuple[Process, ...], message: str
) -> None:
    with pytest.raises(PlanError, match=message):
        check_plan(plan_of(*processes))


def test_a_plan_that_gives_a_gpu_twice_is_refused() -> None:
    plan = plan_of(worker())
    twice = replace(plan, workers=(*plan.workers, replace(plan.workers[0], name="agg1")))

    with pytest.raises(PlanError, match="GPU 0 of node1 is given to two workers"):
        check_plan(twice)


def test_a_node_is_reached_by_its_address_where_that_is_known() -> None:
    cluster = Cluster(("a", "b"), 4, "r", "/r", addresses={"a": "10.0.0.1"})

    assert ("10.0.0.1", "b") == (cluster.address("a"), cluster.address("b"))
