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
#: The last of a node's values but for a comment; who said it, and when, follows in brackets.
_REASON = re.compile(r"\sReason=(.*?)(?: \[[^\]]*\])?(?:\s+Comment=.*)?\s*$")
_TIME = re.compile(r"(?:(\d+)-)?(\d+):(\d\d):(\d\d)")
_PAIR = re.compile(r"(?:^|\s)([A-Z][A-Za-z]*)=(\S*)")
#: States of a node that runs nothing, or soon nothing more.
_OUT = frozenset({"DOWN", "FAIL", "NOT_RESPONDING", "POWERED_DOWN", "POWERING_DOWN", "REBOOT"})
_DOWN = frozenset({"DOWN", "FAIL", "POWERED_DOWN"})
#: What a person or a health check says of a node.
_DRAINED = frozenset({"DRAIN", "DRAINING", "DRAINED"})
#: What Slurm appends to a node's state; the first is for one that does not answer.
_SILENT_MARK = "*"
_MARKS = "*~#!%$@^-"
_REMEDIES = {
    "COMPLETING": "find who cancelled or requeued it, or which limit or node ended it",
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
    """One node as the controller sees it; ``gpus`` is None where none are configured.

    ``reason`` is what whoever took it out has said, empty where nobody did.
    """

    name: str
    address: str
    state: str
    gpus: int | None
    reason: str = ""

    def __str__(self) -> str:
        """Return its name, state and reason in one phrase."""
        return f"{self.name} is {self.state}" + (f" ({self.reason})" if self.reason else "")

    @property
    def out(self) -> bool:
        """Whether no rank can be started there."""
        return bool(self._flags & _OUT) or _SILENT_MARK in self.state

    @property
    def down(self) -> bool:
        """Whether Slurm has given it up, and the job with it."""
        return bool(self._flags & _DOWN)

    @property
    def drained(self) -> bool:
        """Whether somebody has taken it out of service; what runs there runs on."""
        return bool(self._flags & _DRAINED)

    @property
    def _flags(self) -> set[str]:
        return {flag.rstrip(_MARKS) for flag in self.state.split("+")}


@dataclass(frozen=True, slots=True)
class Job:
    """What became of a job, and the reason that Slurm gives.

    ``left_s`` is until its time limit, None where it has none; ``restarts`` how often it was put
    back into the queue.
    """

    state: str
    reason: str
    left_s: float | None = None
    restarts: int = 0

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
                    reason=match[1] if (match := _REASON.search(line)) else "",
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
    limit, run = seconds(values.get("TimeLimit", "")), seconds(values.get("RunTime", ""))
    restarts = values.get("Restarts", "")
    state = values["JobState"]
    if state == "COMPLETING" and values.get("PreemptTime", "None") != "None":
        state = "PREEMPTED"  # which it is called only when the last node has reported
    return Job(
        state,
        values.get("Reason", "None"),
        None if limit is None or run is None else limit - run,
        int(restarts) if restarts.isdigit() else 0,
    )


def seconds(text: str) -> float | None:
    """Return the seconds of ``1-02:03:04``, None for UNLIMITED and other words."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes, rest = (int(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60.0 + rest


def config_words() -> tuple[str, ...]:
    """Return the question that ``slurmd_port`` reads the answer of."""
    return ("scontrol", "show", "config")


def slurmd_port(text: str) -> int | None:
    """Return where every node's ``slurmd`` listens, None where that is not one port."""
    match = re.search(r"^SlurmdPort\s*=\s*(\d+)\s*$", text, re.MULTILINE)
    return int(match[1]) if match else None


def step_started(text: str) -> str | None:
    """Return the id of the step that a line of ``srun --verbose`` says it launches."""
    match = _STEP_STARTED.match(text)
    return match["step"] if match else None
