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
#: What Slurm appends to a node's state: here for one that does not answer.
_SILENT_MARK = "*"


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
        flags = set(self.state.rstrip("*~#!%$@^-+").split("+"))
        return bool(flags & _OUT) or self.state.endswith(_SILENT_MARK)


def nodes_words(nodelist: str) -> tuple[str, ...]:
    """Return the question that ``nodes`` reads the answer of."""
    return ("scontrol", "-o", "show", "node", nodelist)


def nodes(text: str) -> tuple[Node, ...]:
    """Return the nodes of an answer, in its order."""
    found = []
    for line in text.splitlines():
        pairs: list[tuple[str, str]] = _PAIR.findall(line)
        values = dict(reversed(pairs))  # of several of one name the first is the node's own
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
    """Return the question that ``job_state`` reads the answer of."""
    return ("squeue", "-h", "-j", job, "-o", "%T|%r|%L")


def job_state(text: str) -> tuple[str, str] | None:
    """Return the state of a job and the reason that Slurm gives; None when it knows of none."""
    for line in text.splitlines():
        parts = line.split("|")
        if len(parts) > 1:
            return parts[0], parts[1]
    return None


def step_started(text: str) -> str | None:
    """Return the id of the step that a line of ``srun --verbose`` says it launches."""
    match = _STEP_STARTED.match(text)
    return match["step"] if match else None
