# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What Slurm answers about a job, its steps and its nodes, and the words to ask with.

Text forms only: they are the same from 21.08 to 25.05, which the JSON ones are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_STEP_STARTED = re.compile(r"srun: launching StepId=(?P<step>\d+\.\d+)(?: |$)")
_STEP_ID = re.compile(r"\d+\.\d+")
_GPUS = re.compile(r"\bgpu(?::[^:,(]+)?:(\d+)")
_PAIR = re.compile(r"(?:^|\s)([A-Z][A-Za-z]*)=(\S*)")
#: States of a node that runs nothing, or soon nothing more.
_OUT = frozenset({"DOWN", "FAIL", "NOT_RESPONDING", "POWERED_DOWN", "POWERING_DOWN", "REBOOT"})
#: What Slurm appends to a node's state; the first is for one that does not answer.
_SILENT_MARK = "*"
_MARKS = "*~#!%$@^-"
_REMEDIES = {
    "COMPLETING": "find who cancelled it (scancel), or which limit or node ended it",
    "CANCELLED": "find who cancelled it (scancel)",
    "TIMEOUT": "allocate for longer (salloc --time)",
    "NODE_FAIL": "find which node failed, and leave it out (--exclude)",
    "PREEMPTED": "run again, or in a partition that is not preempted",
    "REQUEUED": "run again: Slurm has put the job back into the queue",
    "PENDING": "run again: Slurm has put the job back into the queue",
    "OUT_OF_MEMORY": "ask for all memory of the nodes (--mem=0)",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One node as the controller sees it; ``gpus`` is None where none are configured."""

    name: str
    address: str
    state: str
    gpus: int | None

    @property
    def out(self) -> bool:
        """Whether no rank can be started there."""
        flags = {flag.rstrip(_MARKS) for flag in self.state.split("+")}
        return bool(flags & _OUT) or _SILENT_MARK in self.state


@dataclass(frozen=True, slots=True)
class Job:
    """What became of a job, and the reason that Slurm gives."""

    state: str
    reason: str

    @property
    def over(self) -> bool:
        """Whether its steps are ended, or being ended."""
        return self.state not in ("RUNNING", "SUSPENDED")

    @property
    def remedy(self) -> str:
        """What a person does about it."""
        return _REMEDIES.get(self.state, "look at it: scontrol show job, sacct")


def nodes_words(nodelist: str) -> tuple[str, ...]:
    """Return the question that ``nodes`` reads the answer of."""
    return ("scontrol", "-o", "show", "node", nodelist)


def nodes(text: str) -> tuple[Node, ...]:
    """Return the nodes of an answer, in its order."""
    found = []
    for line in text.splitlines():
        values = pairs(line)
        if "NodeName" in values:
            gpus = _GPUS.findall(values.get("Gres", ""))
            found.append(
                Node(
                    name=values["NodeName"],
                    address=values.get("NodeAddr", values["NodeName"]),
                    state=values.get("State", "UNKNOWN"),
                    gpus=sum(map(int, gpus)) if gpus else None,
                )
            )
    return tuple(found)


def steps_words(job: str) -> tuple[str, ...]:
    """Return the question that ``steps`` reads the answer of."""
    return ("squeue", "-s", "-h", "-j", job, "-o", "%i|%j|%N|%M")


def steps(text: str) -> dict[str, str]:
    """Return the ids of the running steps by their names, without those that no srun started."""
    found = {}
    for line in text.splitlines():
        step, _, rest = line.partition("|")
        # a name may hold bars, what follows it may not
        parts = rest.rsplit("|", 2)
        if _STEP_ID.fullmatch(step) and len(parts) > 2:  # noqa: PLR2004 - name, nodes, time
            found[parts[0]] = step
    return found


def job_words(job: str) -> tuple[str, ...]:
    """Return the question that ``job`` reads the answer of; it is answered for ended jobs too."""
    return ("scontrol", "-o", "show", "job", job)


def pairs(text: str) -> dict[str, str]:
    """Return what one line of ``scontrol -o`` says; of several of one name the first counts."""
    found: list[tuple[str, str]] = _PAIR.findall(text)
    return dict(reversed(found))


def job(text: str) -> Job | None:
    """Return the job of an answer, None when it describes none."""
    values = pairs(text)
    if "JobState" not in values:
        return None
    return Job(values["JobState"], values.get("Reason", "None"))


def step_started(text: str) -> str | None:
    """Return the id of the step that a line of ``srun --verbose`` says it launches."""
    match = _STEP_STARTED.match(text)
    return match["step"] if match else None
