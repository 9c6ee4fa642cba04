# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A node that is too small or unlike the others is named, and each node once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import planning
import pytest

from pytest_dynamo.launch import slurm
from pytest_dynamo.watch import fitness, leftovers, probe
from pytest_dynamo.watch.leftovers import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_dynamo.watch.probe import NodeReport

NODES = [f"node{number}" for number in range(1, 5)]
TOPOLOGY = planning.topology(roles={"agg": {"parallel": {"tp": 16}, "nodes_per_worker": 4}})
PLAN = slurm.LAUNCHER.plan(TOPOLOGY, planning.cluster(TOPOLOGY))


@pytest.fixture
def alike(recorded: Path) -> dict[str, NodeReport]:
    """Four nodes of four GPUs each, all alike: one real answer, as often as needed."""
    (gpu1,) = probe.reports((recorded / "probe_h200_idle.txt").read_text(), ["gpu1"]).values()
    assert gpu1.gpus is not None
    gpus = tuple(replace(gpu1.gpus[0], index=index) for index in range(4))
    node = replace(gpu1, absent=(), gpus=gpus, kernel="Linux 6.8", runtimes=("enroot: 3.5.0",))
    return {name: replace(node, node=name) for name in NODES}


def test_nodes_that_are_alike_and_large_enough_are_in_nobodys_way(
    alike: dict[str, NodeReport],
) -> None:
    assert list(fitness.small(alike, PLAN)) == []
    assert list(fitness.unlike(alike)) == []
    assert list(fitness.unlike({})) == []


def other_driver(node: NodeReport) -> NodeReport:
    assert node.gpus
    return replace(node, gpus=tuple(replace(gpu, driver="570.86") for gpu in node.gpus))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (other_driver, "driver is 570.86, 580.159.04 on 3 other(s)"),
        (
            lambda node: replace(node, kernel="Linux 5"),
            "kernel is Linux 5, Linux 6.8 on 3 other(s)",
        ),
        (
            lambda node: replace(node, runtimes=()),
            "container runtime is none, enroot: 3.5.0 on 3 other(s)",
        ),
        (
            lambda node: replace(node, time=node.time - 60),
            "its clock is -60 s off that of the others",
        ),
    ],
)
def test_the_node_that_is_unlike_the_others_is_named(
    change: Callable[[NodeReport], NodeReport], what: str, alike: dict[str, NodeReport]
) -> None:
    found = list(fitness.unlike({**alike, "node3": change(alike["node3"])}))

    assert [(item.node, item.what) for item in found] == [("node3", what)]


def test_a_node_that_has_lost_a_gpu_is_too_small(alike: dict[str, NodeReport]) -> None:
    gpus = alike["node2"].gpus
    assert gpus
    nodes = {**alike, "node2": replace(alike["node2"], gpus=gpus[:3])}

    (found,) = fitness.small(nodes, PLAN)

    assert found == Trouble(
        "small", "node2", "3 GPU(s) answer, 4 are used", "leave it out: --exclude=node2"
    )
    assert list(fitness.small(nodes, replace(PLAN, stand_in="all of it"))) == []


def test_shared_memory_of_an_unasked_container_is_too_small(alike: dict[str, NodeReport]) -> None:
    node = replace(alike["node1"], space_kib={"/dev/shm": 65536})

    (found,) = fitness.small({**alike, "node1": node}, PLAN)

    assert found.what == "64 MiB of /dev/shm are free, 128 are the least"


def test_each_node_is_told_once() -> None:
    troubles = [
        Trouble("shm", "node1", "a file", "rm it"),
        Trouble("port", "node2", "a port", "ss"),
        Trouble("port", "node1", "a port", "ss"),
        Trouble("path", "node1", "a path", "ss"),
    ]

    assert fitness.by_node(troubles) == [
        Trouble("shm", "node1", "a file; a port; a path", "rm it; ss; ss"),
        Trouble("port", "node2", "a port", "ss"),
    ]


def test_nodes_that_do_not_see_the_run_directory_are_counted(
    alike: dict[str, NodeReport],
) -> None:
    apart = {node: replace(report, absent=("/run",)) for node, report in alike.items()}

    (found,) = fitness.apart(apart, "/run")

    assert found.node == "node1"
    assert found.what.startswith("does not see the run directory /run, nor do 3 other(s)")
    assert list(fitness.apart(alike, "/run")) == []
    assert [item.kind for item in leftovers.dirty(apart, {})] == ["path"] * 4
    assert list(leftovers.dirty(apart, {}, spared="/run")) == []
