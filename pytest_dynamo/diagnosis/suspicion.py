# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whether logs alone tell of a failure, where nobody saw one.

A deployment that served and was then stopped is none, whatever its ranks say while they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.words import blamed, was_told
from pytest_dynamo.watch.slurm_words import step_is_ending, tasks_ended
from pytest_dynamo.watch.states import Failed, Phase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_dynamo.diagnosis.evidence import Evidence, Heard, Speaker
    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.watch.observations import Exited


def of_lines(plan: LaunchPlan, ended: Sequence[Exited], evidence: Evidence) -> Failed | None:
    """Return the failure that the lines and the known ends tell of, None if of none."""
    served = has_served(plan, evidence)
    codes = {item.process: item.code for item in reversed(ended)}
    for name, heard in evidence.heard.items():
        code = codes.get(name)
        left = code == 0 and _others_go_on(plan, codes)
        if code or left or _failed(heard, evidence, served=served):
            return Failed(
                at=0,
                phase=phase_of(plan, evidence, heard),
                kind="exit",
                what=f"{name} tells of a failure",
                process=name,
                worker=heard.process.step if heard.process.kind == "worker" else None,
                nodes=heard.process.nodes,
                code=code,
                log=heard.process.log,
                served=served,
            )
    return None


def _others_go_on(plan: LaunchPlan, codes: Mapping[str, int]) -> bool:
    """Return whether workers go on, so that an end with 0 is no end of all that was wanted."""
    return any(item.kind == "worker" and item.name not in codes for item in plan.processes)


def has_served(plan: LaunchPlan, evidence: Evidence) -> bool:
    """Return whether every worker registered, or the frontend says that it serves them."""
    registered = {
        heard.process.step
        for heard in evidence.heard.values()
        for _, speaker in heard.each()
        if speaker.step in ("registered", "serving")
    }
    workers = {worker.name for worker in plan.workers}
    frontends = {item.step for item in plan.processes if item.kind == "frontend"}
    return bool(workers) and (workers <= registered or bool(frontends & registered))


def phase_of(plan: LaunchPlan, evidence: Evidence, heard: Heard) -> Phase:
    """Return how far the deployment had come, by what its ranks said."""
    if has_served(plan, evidence):
        return "serving"
    if heard.process.kind != "worker":
        return "services"
    steps = [
        speaker.step
        for each in evidence.heard.values()
        if each.process.step == heard.process.step
        for rank, speaker in each.each()
        if rank is not None or not each.process.ranks
    ]
    if not steps or None in steps:
        return "launch"
    return "load" if "joined" in steps else "registration"


def _failed(heard: Heard, evidence: Evidence, *, served: bool) -> bool:
    """Return whether what a process said tells of a failure."""
    ending = False
    for line in heard.by_slurm():
        issue = evidence.match(line.text)
        if issue and issue.role == "root" and not (served and issue.name == "step-cancelled"):
            return True
        ending = ending or step_is_ending(line.text)
        tasks = tasks_ended(line.text)
        if tasks and tasks.code and not ending:
            return True
    return any(_speaks(speaker, evidence, served=served) for _, speaker in heard.each())


def _speaks(speaker: Speaker, evidence: Evidence, *, served: bool) -> bool:
    for noted in speaker.noted:
        if served and was_told(noted.line.text):
            return False
        if noted.is_cause and not evidence.over(noted):
            return True
        if next(blamed(noted.line.text), None) is not None:
            return True
    return False
