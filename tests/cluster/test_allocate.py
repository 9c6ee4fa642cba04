# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes are asked for, waited for, and given back however pytest ends."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest
from running import needs_dynamo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cluster.inside import InsideRun

    from pytest_dynamo.supervisor.virtual.cluster import Cluster

pytestmark = needs_dynamo

NODES = "--dynamo-slurm=salloc=-w node[1-4]"
#: A job that leaves too few nodes.
BUSY = ("-N16", "--output=/dev/null", "--wrap", "sleep 600")


def given_back(cluster: Cluster, timeout_s: float = 30) -> None:
    """Wait until no job is left, pending ones included."""
    deadline = time.monotonic() + timeout_s
    while jobs := cluster.call("squeue", "-h"):
        assert time.monotonic() < deadline, jobs
        time.sleep(0.05)


def test_nodes_are_waited_for_used_and_given_back(
    start: Callable[..., InsideRun], cluster: Cluster, place: Path
) -> None:
    (place / "enough").touch()
    first = cluster.call("sbatch", "--parsable", *BUSY).strip()

    run = start("--dynamo-allocate", "--dynamo-slurm=time=10", launch=())
    run.until("it waits", lambda: "(Resources)" in run.text)
    cluster.call("scancel", first)

    assert run.wait() == pytest.ExitCode.OK, run.text
    run.nothing_left()
    given_back(cluster)
    words = "dynamo: salloc --job-name=dynamo.pair --time=10 --nodes=4 --gres=gpu:2 --exclusive"
    assert words in run.text
    assert " waits: 1 of 1 in the queue of batch (Resources)" in run.text
    assert run.json("report.json")["verdict"] == "pass"
    assert "TimeLimit=00:10:00" in run.json("nodes.json")["scontrol show job"]
    assert run.json("nodes.json")["nodes"].keys() == set(run.json("plan.json")["nodes"])


def test_a_killed_pytest_gives_nodes_back_after_its_deployment(
    start: Callable[..., InsideRun], cluster: Cluster, place: Path
) -> None:
    run = start("--dynamo-allocate", NODES, launch=())
    run.until("it serves", (place / "serving").exists)
    assert run.controller

    run.controller.signal(signal.SIGKILL)

    run.process.wait(30)
    run.nothing_left(30)
    given_back(cluster)
    assert run.json("teardown.json")["leftover"] == []
    assert run.json("teardown.json")["unproven"] == ["GPU memory: no NVIDIA driver on the nodes"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=lambda each: each.name)
def test_a_pytest_that_ends_while_it_waits_leaves_no_request(
    number: signal.Signals, start: Callable[..., InsideRun], cluster: Cluster
) -> None:
    cluster.call("sbatch", *BUSY)
    run = start("--dynamo-allocate", launch=())
    run.until("it waits", lambda: "(Resources)" in run.text)
    assert run.controller

    run.controller.signal(number)

    run.process.wait(30)
    deadline = time.monotonic() + 30
    while "dynamo" in cluster.call("squeue", "-h", "-o", "%j"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("setting", "says", "remedy"),
    [
        ("partition=nopart", "nvalid partition", "sinfo -s"),
        ("salloc=-N400", "would wait for ever: PartitionNodeLimit", "take a partition of more"),
        ("gpus=--gres=gpu:9", "Requested node configuration is not available", "sinfo -o"),
    ],
)
def test_what_cannot_be_had_is_refused_with_what_helps(
    setting: str, says: str, remedy: str, start: Callable[..., InsideRun], cluster: Cluster
) -> None:
    run = start("--dynamo-allocate", f"--dynamo-slurm={setting}", launch=())

    assert run.wait() == pytest.ExitCode.USAGE_ERROR
    assert says in run.text
    assert remedy in run.text
    given_back(cluster)
