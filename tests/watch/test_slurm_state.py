# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Slurm's answers are read as Slurm means them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.watch import slurm_state
from pytest_dynamo.watch.slurm_state import Job, Node

if TYPE_CHECKING:
    from pathlib import Path


def test_a_recorded_node_is_read(recorded: Path) -> None:
    text = (recorded / "scontrol_node.txt").read_text()

    assert slurm_state.nodes(text) == (Node("node1", "198.18.0.1", "ALLOCATED", 4),)


@pytest.mark.parametrize(
    ("state", "out"),
    [
        ("IDLE", False),
        ("ALLOCATED", False),
        ("MIXED+DRAIN", False),
        ("ALLOCATED*", True),
        ("DOWN", True),
        ("DOWN*+DRAIN", True),
        ("IDLE+NOT_RESPONDING", True),
    ],
)
def test_a_node_is_out_when_nothing_can_be_started_there(state: str, out: bool) -> None:  # noqa: FBT001 - a table's column
    assert Node("node1", "node1", state, None).out is out


@pytest.mark.parametrize(
    ("state", "down", "drained"),
    [
        ("ALLOCATED", False, False),
        ("ALLOCATED*", False, False),
        ("MIXED+DRAIN", False, True),
        ("DOWN*+DRAIN", True, True),
        ("DOWN", True, False),
        ("FAIL", True, False),
    ],
)
def test_what_was_given_up_is_not_what_was_taken_out_of_service(
    state: str,
    down: bool,  # noqa: FBT001 - a table's column
    drained: bool,  # noqa: FBT001 - likewise
) -> None:
    node = Node("node1", "node1", state, None)

    assert (node.down, node.drained) == (down, drained)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Reason=gpu xid 79: see ticket [root@2026-11-25T18:41:02]", "gpu xid 79: see ticket"),
        ("Reason=Not responding [slurm@2026-11-25T18:41:02] Comment=a b", "Not responding"),
        ("Reason=(a) b=c", "(a) b=c"),
        ("ExtSensorsTemp=n/s", ""),
    ],
)
def test_the_reason_is_read_whole(text: str, reason: str) -> None:
    (node,) = slurm_state.nodes(f"NodeName=gb01 NodeAddr=10.0.0.1 State=DOWN {text}")

    assert node.reason == reason
    assert str(node) == "gb01 is DOWN" + (f" ({reason})" if reason else "")


@pytest.mark.parametrize(
    ("limit", "run", "left"),
    [
        ("00:05:00", "00:00:10", 290.0),
        ("2-00:00:00", "1-23:59:00", 60.0),
        ("00:01:00", "00:01:20", -20.0),
        ("UNLIMITED", "00:00:10", None),
        ("Partition_Limit", "00:00:10", None),
    ],
)
def test_the_time_that_is_left_needs_no_clock(limit: str, run: str, left: float | None) -> None:
    times = f"RunTime={run} TimeLimit={limit} TimeMin=N/A"
    text = f"JobId=3 JobState=RUNNING Reason=None Requeue=1 Restarts=2 {times}"

    assert slurm_state.job(text) == Job("RUNNING", "None", left, 2)


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("SlurmdPidFile           = /run/slurmd.pid\nSlurmdPort              = 6818\n", 6818),
        ("SlurmdPort = 6818-6820\n", None),
        ("", None),
    ],
)
def test_the_port_of_slurmd_is_known_where_there_is_one(text: str, port: int | None) -> None:
    assert slurm_state.slurmd_port(text) == port


@pytest.mark.parametrize(
    ("gres", "count"),
    [
        ("gpu:4", 4),
        ("gpu:gb200:4", 4),
        ("gpu:h100:8(S:0-1)", 8),
        ("gpu:a100:2,gpu:h100:4", 6),
        ("(null)", None),
        ("nic:4", None),
    ],
)
def test_gpus_are_counted_whatever_their_type(gres: str, count: int | None) -> None:
    (node,) = slurm_state.nodes(f"NodeName=gb01 Gres={gres} NodeAddr=10.0.0.1 State=IDLE")

    assert node.gpus == count


def test_steps_are_found_by_their_names_and_pseudo_steps_are_none() -> None:
    text = (
        "1.0|pair-0123abcd.decode0|node[1-2]|0:01\n"
        "1.3|a|b|node3|1-00:00:00\n"
        "1.batch|batch|node1|0:02\n"
        "1.extern|extern|node1|0:02\n"
        "1.interactive|interactive|node1|0:02\n"
    )

    assert slurm_state.steps(text) == {"pair-0123abcd.decode0": "1.0", "a|b": "1.3"}


@given(st.text())
def test_no_text_is_a_crash(text: str) -> None:
    slurm_state.nodes(text)
    slurm_state.steps(text)
    slurm_state.job(text)

    assert slurm_state.step_started(f"x{text}") is None


def test_a_recorded_job_is_read(recorded: Path) -> None:
    job = slurm_state.job((recorded / "scontrol_job.txt").read_text())

    assert job == Job("RUNNING", "None")
    assert not job.over


@pytest.mark.parametrize(
    "state", ["CANCELLED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "PENDING", "COMPLETING"]
)
def test_a_job_in_any_other_state_is_over(state: str) -> None:
    job = slurm_state.job(f"JobId=6 JobName=x JobState={state} Reason=None Dependency=(null)")

    assert job is not None
    assert job.over
    assert job.remedy


@pytest.mark.parametrize(
    "line",
    [
        "srun: launching StepId=1.0 on host node2, 4 tasks: [4-7]",
        "srun: launching StepId=1.0 on host node2, 1 tasks: 0",
    ],
)
def test_a_step_says_its_id_as_it_is_launched(line: str) -> None:
    assert slurm_state.step_started(line) == "1.0"


@pytest.mark.parametrize(
    ("when", "expected"), [("2026-11-26T00:34:25", "PREEMPTED"), ("None", "COMPLETING")]
)
def test_a_job_that_makes_room_is_preempted_before_slurm_calls_it_so(
    when: str, expected: str
) -> None:
    found = slurm_state.job(
        f"JobId=8 JobState=COMPLETING Reason=None PreemptEligibleTime=2026-11-26T00:34:20 "
        f"PreemptTime={when} TimeLimit=01:00:00 RunTime=00:00:05"
    )

    assert found is not None
    assert (found.state, found.over) == (expected, True)
