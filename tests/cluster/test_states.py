# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What Slurm itself does to a job - stop, preempt, requeue, end it - is named for what it is."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from cluster.conftest import FOUR_NODES
from running import needs_dynamo

from pytest_dynamo.supervisor.slurm_watch import EVERY_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cluster.inside import InsideRun

    from pytest_dynamo.supervisor.virtual.cluster import Cluster

pytestmark = needs_dynamo

#: Of what ends ranks, of what silences nodes, and of what Slurm alone knows: it is asked about the
#: job and about the nodes in turn.
RANK_S, NODE_S, SLURM_S = 2.0, 10.0, 2 * EVERY_S + 1


def job_of(run: InsideRun) -> str:
    return run.steps()["decode0"].partition(".")[0]


def moment(said: str, name: str) -> float:
    """Return a time that ``scontrol show job`` states, which is a whole second."""
    match = re.search(rf"{name}=(\S+)", said)
    assert match, said
    return datetime.fromisoformat(match[1]).astimezone().timestamp()


def test_a_suspended_job_is_named(
    start: Callable[..., InsideRun], cluster: Cluster, place: Path
) -> None:
    run = start()
    run.until("serving", (place / "serving").exists)
    job = job_of(run)

    cluster.call("scontrol", "suspend", job)
    run.strike(NODE_S)

    assert run.wait() == pytest.ExitCode.TESTS_FAILED, run.text
    run.named()
    run.nothing_left()
    assert run.diagnosis()["where"] == f"job {job}"
    assert run.events("trouble") == []  # who is stopped says nothing of its slurmd
    assert "is SUSPENDED" in run.diagnosis()["what"]
    assert f"scontrol resume {job}" in run.diagnosis()["remedy"]
    assert run.json("report.json")["verdict"] == "infrastructure"
    assert run.json("teardown.json")["leftover"] == []


def test_a_preempted_job_is_named(
    start: Callable[..., InsideRun], cluster: Cluster, place: Path
) -> None:
    run = start()
    run.until("serving", (place / "serving").exists)
    job = job_of(run)

    urgent = ("sbatch", "--partition=urgent", "-w", "node[1-4]", "--output=/dev/null")
    cluster.call(*urgent, "--wrap", "sleep 60")

    run.wait()
    preempted = moment(cluster.call("scontrol", "show", "job", job), "PreemptTime")
    run.strike(RANK_S, at=preempted)
    run.named()
    run.nothing_left(20)
    assert run.diagnosis()["where"] == f"job {job}"
    assert "PREEMPTED" in run.diagnosis()["what"]
    assert run.json("report.json")["verdict"] == "infrastructure"


def test_a_requeued_job_is_named(
    start: Callable[..., InsideRun], cluster: Cluster, place: Path
) -> None:
    launch = ("sbatch", "--requeue", *FOUR_NODES[1:], "--output=batch.out", "--wrap")
    run = start(launch=launch)
    run.process.wait(30)
    deadline = time.monotonic() + 90
    while not (place / "serving").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    job = job_of(run)

    cluster.call("scontrol", "requeue", job)

    run.nothing_left()
    while "verdict" not in run.json("report.json"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert run.diagnosis()["where"] == f"job {job}"
    assert run.json("report.json")["verdict"] == "infrastructure"
    assert run.json("teardown.json")["leftover"] == []
    # what Slurm starts then is told that this run is judged
    cluster.call("scontrol", "update", f"job={job}", "starttime=now")
    again = place / "batch.out"
    while "holds a run already" not in again.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_drained_node_is_told_and_time_to_end_well_is_kept(
    start: Callable[..., InsideRun], cluster: Cluster, place: Path
) -> None:
    run = start(launch=(*FOUR_NODES, "--time=1"))
    run.until("serving", (place / "serving").exists)
    said = cluster.call("scontrol", "show", "job", job_of(run))

    cluster.drain("node2", "xid 79, see the ticket")
    run.strike(SLURM_S, fault="a node is drained while it serves", where="node2")
    run.until("the trouble", lambda: run.events("trouble"))

    assert run.wait() == pytest.ExitCode.TESTS_FAILED, run.text
    run.named()
    (trouble,) = run.events("trouble")
    assert (trouble["where"], trouble["what"]) == (
        "node2",
        "is ALLOCATED+DRAIN (xid 79, see the ticket)",
    )
    takes = re.search(r"ending well takes up to (\d+) s", run.diagnosis()["what"])
    assert takes
    last = moment(said, "StartTime") + 60 - int(takes[1])
    run.strike(RANK_S, at=last, fault="the time limit of the job is near")
    run.named()
    run.nothing_left()
    assert (run.diagnosis()["kind"], run.diagnosis()["phase"]) == ("time limit", "serving")
    assert run.json("teardown.json")["leftover"] == []
    assert run.json("teardown.json")["killed"] == []
