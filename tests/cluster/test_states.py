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


def test_a_stopped_job_a_drained_node_and_the_end_of_the_time_are_named(
    start: Callable[..., InsideRun], cluster: Cluster
) -> None:
    limited = start(
        launch=("salloc", "-N4", "-w", "node[5-8]", "--gres=gpu:4", "--time=1"), name="limited"
    )
    stopped = start()  # two jobs at once, as most of this is waiting
    limited.until("readiness", lambda: limited.events("ready"))
    limits = cluster.call("scontrol", "show", "job", job_of(limited))
    cluster.drain("node6", "xid 79, see the ticket")
    limited.strike(SLURM_S, fault="a node is drained while it serves", where="node6")
    stopped.until("readiness", lambda: stopped.events("ready"))
    job = job_of(stopped)
    cluster.call("scontrol", "suspend", job)
    stopped.strike(NODE_S, fault="a job is suspended")

    assert stopped.wait() == pytest.ExitCode.TESTS_FAILED, stopped.text
    stopped.named()
    stopped.nothing_left()
    assert stopped.events("trouble") == []  # who is stopped says nothing of its slurmd
    assert stopped.diagnosis()["where"] == f"job {job}"
    assert "is SUSPENDED" in stopped.diagnosis()["what"]
    assert f"scontrol resume {job}" in stopped.diagnosis()["remedy"]
    assert stopped.json("report.json")["verdict"] == "infrastructure"
    assert stopped.json("teardown.json")["leftover"] == []

    assert limited.wait() == pytest.ExitCode.TESTS_FAILED, limited.text
    limited.named()
    (trouble,) = limited.events("trouble")
    assert (trouble["where"], trouble["what"]) == (
        "node6",
        "is ALLOCATED+DRAIN (xid 79, see the ticket)",
    )
    takes = re.search(r"ending well takes up to (\d+) s", limited.diagnosis()["what"])
    assert takes
    last = moment(limits, "StartTime") + 60 - int(takes[1])
    limited.strike(RANK_S, at=last, fault="the time limit of the job is near")
    limited.named()
    limited.nothing_left()
    assert (limited.diagnosis()["kind"], limited.diagnosis()["phase"]) == ("time limit", "serving")
    assert limited.json("teardown.json")["leftover"] == []
    assert limited.json("teardown.json")["killed"] == []


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
    # what Slurm starts then is told that this run is judged; it would do so after two minutes, and
    # takes them anew when the last node reports that the job has ended
    again = place / "batch.out"
    deadline = time.monotonic() + 90
    while "holds a run already" not in again.read_text():
        state = cluster.call("scontrol", "show", "job", job)
        assert time.monotonic() < deadline, f"{state}\n{again.read_text()}"
        if "JobState=PENDING Reason=BeginTime" in state:
            cluster.call("scontrol", "update", f"job={job}", "starttime=now")
        time.sleep(0.5)
