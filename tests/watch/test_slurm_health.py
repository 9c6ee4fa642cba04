# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What Slurm says of a job and its nodes is told once, and ends a run when it has to."""

from __future__ import annotations

import pytest

from pytest_dynamo.watch.slurm_health import Health, Seen
from pytest_dynamo.watch.slurm_state import Job, Node

WELL = Job("RUNNING", "None", 3600)
_ENDED_BY = "find who cancelled or requeued it, or which limit or node ended it"
IDLE = Node("node1", "node1", "ALLOCATED", 4)


def health(*seen: Seen, reserve_s: float = 60) -> Health:
    found = Health("7", reserve_s)
    for each in seen:
        found.receive(each, 0)
    return found


@pytest.mark.parametrize(
    ("state", "reason", "remedy"),
    [
        ("PREEMPTED", "None", "run again, or in a partition that is not preempted"),
        ("REQUEUED", "None", "run again: Slurm has put the job back into the queue"),
        ("PENDING", "BeginTime", "run again: Slurm has put the job back into the queue"),
        ("CANCELLED", "None", "find who cancelled it (scancel)"),
        ("COMPLETING", "NodeDown", _ENDED_BY),
        ("TIMEOUT", "TimeLimit", "allocate for longer (salloc --time)"),
        ("NODE_FAIL", "NodeDown", "find which node failed, and leave it out (--exclude)"),
    ],
)
def test_a_job_that_is_over_is_named_by_its_state(state: str, reason: str, remedy: str) -> None:
    fatal = health(Seen(Job(state, reason))).fatal(0)

    assert fatal
    assert fatal.node == "job 7"
    assert fatal.what == f"is {state} ({reason}), and all its steps with it"
    assert fatal.remedy == remedy


def test_the_time_to_end_well_is_kept() -> None:
    found = health(Seen(Job("RUNNING", "None", 100)), reserve_s=60)

    assert found.fatal(40) is None
    fatal = found.fatal(41)
    assert fatal
    assert fatal.kind == "time limit"
    assert fatal.what == "has 59 s left of its time, and ending well takes up to 60 s"


def test_a_longer_limit_is_heeded_as_is_none() -> None:
    found = health(Seen(Job("RUNNING", "None", 30)))

    found.receive(Seen(Job("RUNNING", "None", None)), 5)

    assert found.fatal(10**6) is None


def test_a_node_that_slurm_gave_up_ends_the_run() -> None:
    fatal = health(Seen(nodes=(Node("node2", "n", "DOWN*", 4, "Not responding"),))).fatal(0)

    assert fatal
    assert (fatal.kind, fatal.node) == ("node", "node2")
    assert fatal.what == "is DOWN* (Not responding)"


@pytest.mark.parametrize(
    ("node", "what"),
    [
        (Node("node2", "n", "ALLOCATED+DRAIN", 4, "xid 79"), "is ALLOCATED+DRAIN (xid 79)"),
        (Node("node2", "n", "ALLOCATED*", 4), "is ALLOCATED*"),
    ],
)
def test_what_does_not_end_a_run_is_told_once(node: Node, what: str) -> None:
    found = health(Seen(nodes=(node, IDLE)), Seen(nodes=(node, IDLE)))

    assert [(item.node, item.what) for item in found.news()] == [("node2", what)]
    assert found.news() == []
    assert found.fatal(0) is None


def test_a_node_that_got_well_and_ill_again_is_told_again() -> None:
    ill = Seen(nodes=(Node("node1", "n", "ALLOCATED+DRAIN", 4),))

    found = health(ill, Seen(nodes=(IDLE,)), ill)

    assert [item.node for item in found.news()] == ["node1", "node1"]


def test_a_controller_that_is_away_is_told_and_when_it_is_back() -> None:
    away = Seen(problem="scontrol failed with 1: Unable to contact slurm controller")

    found = health(away, away, Seen(WELL), Seen(WELL))

    assert [item.what for item in found.news()] == [away.problem, "answers again"]
    assert found.fatal(0) is None


def test_a_job_that_was_put_back_is_told() -> None:
    found = health(Seen(Job("RUNNING", "", restarts=2)))

    assert [item.what for item in found.news()] == [
        "has been put back into the queue 2 time(s) before"
    ]
    assert found.fatal(0) is None


def test_a_job_that_is_stopped_ends_the_run() -> None:
    found = health(Seen(Job("SUSPENDED", "None", 3600)))

    fatal = found.fatal(0)
    assert fatal
    assert fatal.what == "is SUSPENDED: its ranks are stopped, and what they are asked times out"
    assert "scontrol resume 7" in fatal.remedy
    found.receive(Seen(WELL), 1)
    assert found.fatal(1) is None
