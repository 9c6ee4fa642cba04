# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""In which phase somebody failed: by its own milestones, or its worker's where none tells it apart.

A deployment is as far as its slowest rank; who fails has failed where it was itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan, Process
    from pytest_dynamo.watch.states import Phase

#: What a rank is in once it has taken a step.
_AFTER: dict[str | None, Phase] = {None: "launch", "joined": "load", "registered": "registration"}


def has_served(plan: LaunchPlan, evidence: Evidence) -> bool:
    """Return whether every worker registered, or the frontend says that it serves them."""
    if evidence.answered:
        return True
    if any(together.served for together in evidence.together.values()):
        return True
    registered = {
        heard.process.step
        for heard in evidence.heard.values()
        for _, speaker in heard.each()
        if speaker.step in ("registered", "serving")
    }
    workers = {worker.name for worker in plan.workers}
    if len(workers) == 1 and evidence.listed and not evidence.together:  # which is the only one
        return True
    frontends = {item.step for item in plan.processes if item.kind == "frontend"}
    if not workers or workers <= registered:
        return bool(workers)
    # a frontend lists the model once the first worker has registered, whatever the others do
    late = any(_loads(plan, evidence, name) for name in workers - registered)
    return bool(frontends & registered) and not late


def phase_of(
    plan: LaunchPlan, evidence: Evidence, process: Process, rank: int | None
) -> Phase:
    """Return the phase that a process was in, or a rank of it."""
    if process.kind == "frontend":
        return _of_frontend(evidence, process)
    if together := evidence.together.get(process.step):
        return together.phase(rank)
    if has_served(plan, evidence):
        return "serving"
    if process.kind != "worker":
        within = any(process.step.startswith(f"{worker.name}.") for worker in plan.workers)
        return "launch" if within else "services"  # a part of a Ray cluster is one of its worker
    speaker = evidence.heard[process.name].speakers.get(rank)
    if rank is not None and speaker and (
        speaker.step or process.labelled or len(process.ranks) == 1
    ):
        # who has loaded waits for the others
        return _AFTER.get(speaker.step) or _of_worker(plan, evidence, process)
    return _of_worker(plan, evidence, process)


def _of_frontend(evidence: Evidence, process: Process) -> Phase:
    """A frontend serves once it lists a model, and until workers register it is on its way."""
    if any(speaker.step == "serving" for _, speaker in evidence.heard[process.name].each()):
        return "serving"
    steps = (speaker.step for heard in evidence.heard.values() for _, speaker in heard.each())
    return "registration" if "registered" in steps else "services"


def _of_worker(plan: LaunchPlan, evidence: Evidence, process: Process) -> Phase:
    took = evidence.took.get(process.step, {})
    joined, loaded = len(took.get("joined", ())), len(took.get("loaded", ()))
    size = _size(plan, evidence, process.step)
    if loaded >= size:
        return "registration"
    return "load" if joined >= size or loaded else "launch"


def _loads(plan: LaunchPlan, evidence: Evidence, step: str) -> bool:
    """Return whether a worker is known to have come together, and not to have loaded."""
    took = evidence.took.get(step, {})
    return bool(took.get("joined")) and len(took.get("loaded", ())) < _size(plan, evidence, step)


def is_up(step: str, evidence: Evidence) -> bool:
    """Return whether a worker has loaded, which it has when the last rank that joined has."""
    took = evidence.took.get(step, {})
    loaded = len(took.get("loaded", ()))
    return "registered" in took or (loaded > 0 and loaded >= len(took.get("joined", ())))


def _size(plan: LaunchPlan, evidence: Evidence, step: str) -> int:
    worker = plan.worker(step)
    return min(worker.world_size if worker else 1, _heard(evidence, step) or 1 << 30)


def _heard(evidence: Evidence, step: str) -> int:
    """Return of how many ranks of a worker there are lines, 0 where nobody tells them apart."""
    return sum(
        rank in heard.process.ranks and bool(speaker.last or speaker.step)
        for heard in evidence.heard.values()
        if heard.process.step == step
        for rank, speaker in heard.each()
    )
