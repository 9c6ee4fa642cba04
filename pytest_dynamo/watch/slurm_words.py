# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What ``srun`` says of the ranks of its step: which ended, how, and where.

``srun`` itself goes on until its last rank has ended, so these lines are the only sight of a rank
that ended before the others. With ``--verbose`` it tells of exit status 0 too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_dynamo.watch.lines import Line

#: ``srun: error: node2: task 5: Exited with exit code 9``, ``srun: launch/slurm: _task_finish:
#: node2: tasks 4,6-7: Completed``; from 23.02 on without the name of the function.
_TASKS = re.compile(
    r"srun: (?:error: |(?:launch/slurm: )?_task_finish: )?(?P<node>[^\s:]+): "
    r"tasks? (?P<tasks>\d{1,6}(?:-\d{1,6})?(?:,\d{1,6}(?:-\d{1,6})?)*): (?P<how>.+)"
)
#: What ``srun --verbose`` tells of each node: one task is told without brackets.
_LAUNCHING = re.compile(
    r"srun: launching StepId=\S+ on host (?P<node>[^\s,]+), \d+ tasks: "
    r"\[?(?P<tasks>\d{1,6}(?:-\d{1,6})?(?:,\d{1,6}(?:-\d{1,6})?)*)\]?"
)
_EXITED = re.compile(r"Exited with exit code (\d+)")
_OOM = "Out Of Memory"
#: What Slurm calls an end that is no exit; a signal is negative, as in ``subprocess``.
_HOW = {
    "Completed": 0,
    "Hangup": -1,
    "Interrupt": -2,
    "Quit": -3,
    "Illegal instruction": -4,
    "Aborted": -6,
    "Bus error": -7,
    "Floating point exception": -8,
    "Killed": -9,
    _OOM: -9,
    "Segmentation fault": -11,
    "Terminated": -15,
}
_ENDING = re.compile(
    r"srun: (?:Job step aborted|forcing job termination|Force Terminated"
    r"|(?:launch/slurm: )?(?:_step_signal: )?Terminating StepId)"
    r"|slurmstepd\S*: error: \*\*\* \S+ \S+ ON \S+ CANCELLED"
    # as a shell tells that traces its script, which ends what it has started
    r"|\+ scancel (?:\S+ ){0,6}\d+(?:\.\d+)?(?: |$)"
)
#: How a shell tells that it begins a step, and that it ends some.
TRACED_SRUN, SCANCEL = "+ srun ", "+ scancel "
_JOB = re.compile(r"\*\*\* JOB \d+ ON \S+ CANCELLED AT ")
_CANCELLED = re.compile(r"\*\*\* STEP (?P<step>\d+\.\d+) ON \S+ CANCELLED AT ")
#: How a plugin of Slurm tells of a container that it could not start for one task.
_START = re.compile(r"\bpyxis: |\bspank\b")
#: How ``srun`` tells of nodes that it waits for, and that it waits no more.
_STILL, _GIVEN_UP = "still disabled", "srun: Cancelled pending job step"
_BEGINS = re.compile(r"srun: (?:launching StepId=|Step created for |Job \d+ step creation )")
_CREATION = re.compile(r"step creation (?:temporarily|still) disabled|Step created for ")
_NODE_FAILED = re.compile(r"srun: error: (?:Node failure on|.* failed on node) (?P<node>[^\s:]+)")


@dataclass(frozen=True, slots=True)
class TasksEnded:
    """Ranks of one node that ended in the same way."""

    node: str
    ranks: tuple[int, ...]
    code: int


def tasks_ended(text: str) -> TasksEnded | None:
    """Return the end of ranks that a line tells of, None when it tells of none."""
    match = _TASKS.match(text)
    if match is None:
        return None
    how = match["how"].removesuffix(" (core dumped)")
    exited = _EXITED.fullmatch(how)
    code = int(exited[1]) if exited else _HOW.get(how)
    if code is None:
        return None
    return TasksEnded(match["node"], _numbers(match["tasks"]), code)


def tasks_launched(text: str) -> tuple[str, tuple[int, ...]] | None:
    """Return the node on which a line tells that tasks are launched, and these; None if none."""
    match = _LAUNCHING.search(text)
    return (match["node"], _numbers(match["tasks"])) if match else None


def out_of_memory(text: str) -> TasksEnded | None:
    """Return the ranks that were killed for the memory they took, None if a line tells of none."""
    match = _TASKS.match(text)
    return tasks_ended(text) if match and match["how"] == _OOM else None


def step_is_ending(text: str) -> bool:
    """Return whether a line tells that Slurm ends the ranks of the step by now."""
    return _ENDING.match(text) is not None


def step_begins(text: str) -> bool:
    """Return whether a line tells that ``srun`` begins a step."""
    return _BEGINS.match(text) is not None


def job_is_ending(text: str) -> bool:
    """Return whether a line tells that Slurm ends a whole job, which it may begin anew."""
    return _JOB.search(text) is not None


def cancelled_step(text: str) -> str | None:
    """Return the step, as JOB.STEP, that a line tells somebody or something cancelled."""
    match = _CANCELLED.search(text)
    return match["step"] if match else None


def waits(lines: Iterable[Line]) -> Line | None:
    """Return the last line by which a step says that it still waits for nodes, None if none does.

    Once is a matter of seconds; ``srun`` says it again after a minute, or that it was cancelled.
    """
    every = [*lines]
    told = [line for line in every if _CREATION.search(line.text)]
    in_vain = bool(told) and (_STILL in told[-1].text or any(_GIVEN_UP in x.text for x in every))
    return told[-1] if in_vain else None


def of_a_start(text: str) -> bool:
    """Return whether a line tells why the task could not start whose label it bears."""
    return _START.search(text) is not None


def failed_node(text: str) -> str | None:
    """Return the node that a line says has failed."""
    match = _NODE_FAILED.match(text)
    return match["node"] if match else None


def by_slurm(text: str) -> bool:
    """Return whether Slurm says a line, or a script of it, and no rank, whatever its label."""
    return text.startswith(("srun: ", "slurmstepd", SCANCEL))


def _numbers(compressed: str) -> tuple[int, ...]:
    """Return 4, 6, 7 for ``4,6-7``."""
    numbers: list[int] = []
    for run in compressed.split(","):
        first, _, last = run.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return tuple(numbers)
