# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Why a run cannot begin or go on in its Slurm job: its nodes, its time, or the job itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.diagnosis import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.watch.leftovers import Trouble
    from pytest_dynamo.watch.slurm_state import Job

#: What a person does about a node.
LOOK = "look at it: scontrol show node {node}"


def refusal(
    where: str, what: str, remedy: str | None, also: Sequence[Trouble] = ()
) -> Diagnosis:
    """Return why nothing is launched in a job."""
    return Diagnosis(
        phase="services",
        kind="preflight",
        where=where,
        what=what,
        fault="infrastructure",
        remedy=remedy,
        also=tuple(f"{item.node}: {item.what}" for item in also),
    )


def silent(
    plan: LaunchPlan, phase: str, silent_s: Mapping[str, float], evidence: str
) -> Diagnosis:
    """Return that nodes have said nothing for so long."""
    names = ",".join(silent_s)
    return Diagnosis(
        phase=phase,
        kind="node",
        where=", ".join(silent_s),
        what=f"has said nothing for {max(silent_s.values()):.1f} s: its power, its network "
        "or its kernel",
        fault="infrastructure",
        evidence=evidence,
        remedy=f"leave it out (--exclude={names}); {LOOK.format(node=names)}",
        excluded=_on(plan, silent_s),
    )


def alone(plan: LaunchPlan, phase: str, nodes: Collection[str], evidence: str) -> Diagnosis:
    """Return that nodes served to the end although their ``slurmd`` had died."""
    names = sorted(nodes)
    return Diagnosis(
        phase=phase,
        kind="slurmd",
        where=", ".join(names),
        what="served to the end, but its slurmd has died: Slurm would have ended the job",
        fault="infrastructure",
        evidence=evidence,
        remedy=LOOK.format(node=",".join(names)),
        excluded=_on(plan, names),
    )


def fatal(plan: LaunchPlan, phase: str, trouble: Trouble) -> Diagnosis:
    """Return what Slurm says of the job or a node, and the run cannot go on with."""
    return Diagnosis(
        phase=phase,
        kind=trouble.kind,
        where=trouble.node,
        what=trouble.what,
        fault="infrastructure",
        remedy=trouble.remedy,
        excluded=_on(plan, [trouble.node]),
    )


def over(phase: str, number: str, job: Job) -> Diagnosis:
    """Return that the whole job is over."""
    return Diagnosis(
        phase=phase,
        kind="job",
        where=f"job {number}",
        what=f"is {job.state} ({job.reason}), and all its steps with it",
        fault="infrastructure",
        remedy=job.remedy,
    )


def _on(plan: LaunchPlan, nodes: Collection[str]) -> tuple[str, ...]:
    return tuple(
        f"{worker.name} on {node}"
        for worker in plan.workers
        for node in worker.nodes
        if node in nodes
    )
