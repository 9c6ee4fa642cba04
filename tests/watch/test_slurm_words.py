# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tried

from pytest_dynamo.watch.lines import LineReader
from pytest_dynamo.watch.slurm_words import (
    TasksEnded,
    by_slurm,
    failed_node,
    step_is_ending,
    tasks_ended,
    tasks_launched,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("srun: error: node2: task 5: Exited with exit code 9", TasksEnded("node2", (5,), 9)),
        ("srun: error: node2: task 5: Killed", TasksEnded("node2", (5,), -9)),
        ("srun: error: node2: tasks 4,6-7: Killed", TasksEnded("node2", (4, 6, 7), -9)),
        ("srun: error: gb-01: tasks 0-1: Terminated", TasksEnded("gb-01", (0, 1), -15)),
        ("srun: error: n: task 3: Segmentation fault", TasksEnded("n", (3,), -11)),
        ("srun: error: n: task 3: Aborted (core dumped)", TasksEnded("n", (3,), -6)),
        ("srun: error: n: task 3: Out Of Memory", TasksEnded("n", (3,), -9)),
        ("srun: error: n: task 3: Bus error", TasksEnded("n", (3,), -7)),
        (
            "srun: launch/slurm: _task_finish: node2: task 5: Completed",
            TasksEnded("node2", (5,), 0),
        ),
        ("srun: node2: tasks 4-5: Completed", TasksEnded("node2", (4, 5), 0)),
        ("srun: StepId=2.20 tasks 0-1: running", None),
        ("srun: launching StepId=1.0 on host node2, 4 tasks: [4-7]", None),
        ("srun: launch/slurm: _task_start: Node node4, 4 tasks started", None),
        ("srun: error: Node failure on node2", None),
        ("srun: error: node2: task 5: Something never seen", None),
        ("srun: error: node2: tasks 4-6-7: Killed", None),
        ("a rank said srun: error: node2: task 5: Killed", None),
    ],
)
def test_the_end_of_tasks_is_read(text: str, expected: TasksEnded | None) -> None:
    assert expected == tasks_ended(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("srun: launching StepId=1.0 on host node2, 4 tasks: [4-7]", ("node2", (4, 5, 6, 7))),
        ("srun: launching StepId=1.0 on host gb-01, 1 tasks: 3", ("gb-01", (3,))),
        ("srun: launching StepId=1.0 on host n, 3 tasks: [0,2-3]", ("n", (0, 2, 3))),
        ("srun: launching StepId=1.0 on host n", None),
        ("srun: error: node2: task 5: Killed", None),
    ],
)
def test_where_tasks_are_launched_is_read(
    text: str, expected: tuple[str, tuple[int, ...]] | None
) -> None:
    assert expected == tasks_launched(text)


@given(ranks=st.sets(st.integers(0, 4095), min_size=1, max_size=40))
@tried(1000)
def test_compressed_lists_of_tasks_are_read_whole(ranks: set[int]) -> None:
    runs: list[list[int]] = []
    for rank in sorted(ranks):
        if runs and rank == runs[-1][-1] + 1:
            runs[-1].append(rank)
        else:
            runs.append([rank])
    shown = ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
    found = tasks_ended(f"srun: error: node2: tasks {shown}: Killed")

    assert found == TasksEnded("node2", tuple(sorted(ranks)), -9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("srun: Job step aborted: Waiting up to 7 seconds for job step to finish.", True),
        ("srun: forcing job termination", True),
        ("srun: Force Terminated StepId=3.0", True),
        ("srun: launch/slurm: _step_signal: Terminating StepId=1.0", True),
        ("srun: Terminating StepId=1.0", True),
        ("slurmstepd-n1: error: *** STEP 22.0 ON n1 CANCELLED AT 2026-11-21T09:49:01 ***", True),
        ("slurmstepd: error: *** JOB 24 ON n1 CANCELLED AT 2026-11-21T10:09 DUE TO X ***", True),
        ("srun: error: node2: task 5: Killed", False),
        ("srun: interrupt (one more within 1 sec to abort)", False),
        ("slurmstepd-node1: error: pyxis: container start failed with error code: 127", False),
    ],
)  # fmt: skip
def test_the_end_of_a_step_is_seen(text: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert expected == step_is_ending(text)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("srun: error: Node failure on node2", "node2"),
        ("srun: error: Task launch for StepId=4.0 failed on node node2: Communication", "node2"),
        ("srun: error: node2: task 5: Killed", None),
    ],
)
def test_a_failed_node_is_named(text: str, node: str | None) -> None:
    assert node == failed_node(text)


def test_slurm_speaks_under_the_label_of_a_rank(recorded: Path) -> None:
    reader = LineReader("decode0", labelled=True)
    lines = reader.feed((recorded / "cancelled.log").read_bytes())
    said = [
        (line.rank, line.text) for line in lines if by_slurm(line.text) and line.rank is not None
    ]

    assert [0] == [rank for rank, _ in said]
    assert step_is_ending(said[0][1])


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("rank5_killed", TasksEnded("node2", (5,), -9)),
        ("rank5_exit0", TasksEnded("node2", (5,), 0)),
        ("rank7_exception", TasksEnded("node2", (7,), 1)),
        ("heads", TasksEnded("node1", (0, 1, 2, 3), 1)),
    ],
)
def test_the_first_end_is_told_before_the_step_ends(
    recorded: Path, log: str, expected: TasksEnded
) -> None:
    reader = LineReader("decode0", labelled=True)
    texts = [line.text for line in reader.feed((recorded / f"{log}.log").read_bytes())]
    ends = [at for at, text in enumerate(texts) if tasks_ended(text)]
    ending = next(at for at, text in enumerate(texts) if step_is_ending(text))

    assert expected == tasks_ended(texts[ends[0]])
    assert ends[0] < ending
    assert set(range(16)) == {
        rank for at in ends for rank in (tasks_ended(texts[at]) or expected).ranks
    }
