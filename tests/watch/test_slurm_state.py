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
