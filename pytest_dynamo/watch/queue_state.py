# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What ``salloc`` and ``squeue`` say of a job that waits for its nodes, and what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PENDING = re.compile(r"salloc: (?:Pending job allocation|Granted job allocation) (\d+)")
_FAILED = re.compile(
    r"salloc: (?:(?:error|fatal): (?:Job submit/allocate failed: )?|(?=unrecognized option ))"
    r"(?P<why>.+)"
)
#: What no waiting helps against, and what does.
_HOPELESS = {
    "AccountNotAllowed": "name an account of yours that the partition takes: account=...",
    "AssocGrpJobsLimit": "end other jobs of the account, or name another: account=...",
    "AssocMaxWallDurationPerJobLimit": "ask for less time: time=...",
    "BadConstraints": "ask for nodes that there are: sinfo -o '%P %D %G %f'",
    "InvalidAccount": "name an account of yours: sacctmgr show associations user=$USER",
    "InvalidQOS": "name a QOS of yours: sacctmgr show associations user=$USER format=qos",
    "JobHeldAdmin": "ask the administrators, who hold the job",
    "JobHeldUser": "release it: scontrol release JOB",
    "PartitionDown": "name another partition: partition=...",
    "PartitionInactive": "name another partition: partition=...",
    "PartitionNodeLimit": "take a partition of more nodes: partition=..., sinfo -s",
    "PartitionTimeLimit": "ask for less time: time=..., sinfo -s",
    "QOSMaxWallDurationPerJobLimit": "ask for less time: time=...",
    "ReservationDeleted": "name another reservation",
}
_ACCOUNT = "name one of yours: --dynamo-slurm=account=...; sacctmgr show associations user=$USER"
_NODES = "ask for nodes that there are (sinfo -o '%P %D %G'), GPUs by --dynamo-slurm=gpus=..."
#: What a refusal says of itself, and what helps.
_REFUSALS = (
    ("account", _ACCOUNT),
    ("partition", "name a partition of this cluster: --dynamo-slurm=partition=...; sinfo -s"),
    ("time limit", "ask for less time: --dynamo-slurm=time=...; sinfo -s"),
    ("node configuration", _NODES),
    ("node name", _NODES),
    ("generic resource", _NODES),
    ("memory", _NODES),
    ("feature", "ask for a feature that nodes have: sinfo -o '%P %D %f'"),
    ("reservation", "name a reservation of yours: scontrol show reservation"),
    ("unrecognized option", "leave it out: this Slurm does not know it (salloc --version)"),
    ("qos", "name a QOS of yours: --dynamo-slurm=salloc=--qos=..."),
    ("contact slurm controller", "check that slurmctld runs: scontrol ping"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pending:
    """Where a waiting job stands: how many of its partition are before it, and why it waits.

    ``starts`` is Slurm's own estimate, None where it has none.
    """

    job: str
    partition: str
    position: int
    of: int
    reason: str
    starts: str | None

    def __str__(self) -> str:
        """Return one line for a person."""
        text = f"job {self.job} waits: {self.position} of {self.of} in the queue of "
        text += f"{self.partition} ({self.reason})"
        return f"{text}, expected to start {self.starts}" if self.starts else text

    @property
    def hopeless(self) -> str | None:
        """What would help, where waiting does not."""
        return _HOPELESS.get(self.reason)


def pending_words() -> tuple[str, ...]:
    """Return the question that ``pending`` reads the answer of: who waits, the first one first."""
    return ("squeue", "-h", "-t", "PENDING", "--sort=-p,i", "-o", "%A|%P|%r|%S")


def pending(text: str, job: str) -> Pending | None:
    """Return where a job stands in an answer, None when it does not wait."""
    rows = [line.split("|") for line in text.splitlines()]
    columns = 4
    mine = next((row for row in rows if len(row) == columns and row[0] == job), None)
    if mine is None:
        return None
    queue = [row[0] for row in rows if len(row) == columns and row[1] == mine[1]]
    starts = mine[3] if mine[3] not in ("N/A", "") else None
    return Pending(job, mine[1], queue.index(job) + 1, len(queue), mine[2], starts)


def number(line: str) -> str | None:
    """Return the job that a line of ``salloc`` speaks of first."""
    match = _PENDING.match(line)
    return match[1] if match else None


def refusal(lines: list[str]) -> tuple[str, str] | None:
    """Return why ``salloc`` refused and what helps, None where it says no such thing."""
    for line in lines:
        if match := _FAILED.match(line):
            why = match["why"]
            helps = (remedy for word, remedy in _REFUSALS if word in why.lower())
            return why, next(helps, "ask as your site wants it: --dynamo-slurm=KEY=VALUE")
    return None
