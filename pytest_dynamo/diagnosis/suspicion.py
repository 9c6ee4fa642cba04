# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whether logs alone tell of a failure, where nobody saw one.

A deployment that served and was then stopped is none, whatever its ranks say while they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.ends import TOLD
from pytest_dynamo.diagnosis.phases import has_served, phase_of
from pytest_dynamo.diagnosis.silence import is_stopped
from pytest_dynamo.diagnosis.speakers import CAUSES
from pytest_dynamo.diagnosis.unended import cut_off, panicked, raised, restarted, stillborn
from pytest_dynamo.diagnosis.words import blamed, by_kernel, is_mild, was_told
from pytest_dynamo.watch.log_names import TOLD_BY
from pytest_dynamo.watch.service_words import service
from pytest_dynamo.watch.slurm_words import step_is_ending, tasks_ended, waits
from pytest_dynamo.watch.states import Failed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.diagnosis.speakers import Heard, Noted, Speaker
    from pytest_dynamo.launch.plan import LaunchPlan, Process
    from pytest_dynamo.watch.observations import Exited

#: Who takes an allocation away ends all of it, and that is no wish of those who run in it.
_TAKEN = "allocation-revoked"
_CANCELLED, _SILENT_SERVER = "step-cancelled", "file-server-silent"


def of_lines(plan: LaunchPlan, ended: Sequence[Exited], evidence: Evidence) -> Failed | None:
    """Return the failure that the lines and the known ends tell of, None if of none."""
    served = has_served(plan, evidence)
    stopped = served and not _others_serve(plan, evidence)
    over = stopped and is_stopped(plan, evidence)
    codes = {item.process: item.code for item in reversed(ended)}
    for name, heard in evidence.heard.items():
        code = codes.get(name)
        if over and (code in TOLD or (code == 1 and heard.process.kind == "service")):
            code = None  # as all others are told, of those of a deployment that served
        left = code == 0 and _others_go_on(plan, codes)
        left = left or (served and _left(plan, heard, evidence))
        cut = cut_off(heard) and (panicked(heard) or not is_stopped(plan, evidence))
        cut = cut or (not served and restarted(heard, evidence))
        failed = _failed(heard, evidence, served=served, stopped=stopped, over=over)
        if code or left or cut or failed:
            return _told(plan, evidence, heard, code, served=served)
    for end in raised(evidence, (), served=served):
        return _told(plan, evidence, evidence.heard[end.process.name], None, served=served)
    return None


def _told(
    plan: LaunchPlan, evidence: Evidence, heard: Heard, code: int | None, *, served: bool
) -> Failed:
    return Failed(
        at=0,
        phase=phase_of(plan, evidence, heard.process, None),
        kind="exit",
        what=f"{heard.process.name} tells of a failure",
        process=heard.process.name,
        worker=heard.process.step if heard.process.kind == "worker" else None,
        nodes=heard.process.nodes,
        code=code,
        log=heard.process.log,
        served=served,
    )


def _others_go_on(plan: LaunchPlan, codes: Mapping[str, int]) -> bool:
    """Return whether workers go on, so that an end with 0 is no end of all that was wanted."""
    return any(item.kind == "worker" and item.name not in codes for item in plan.processes)


def _others_serve(plan: LaunchPlan, evidence: Evidence) -> bool:
    """Return whether some workers go on while the step of another is ended.

    Who stops a deployment ends all of it.
    """
    steps: dict[str, bool] = {}
    for heard in evidence.heard.values():
        ending = heard.cancelled or heard.told
        if plan.worker(heard.process.step) and (ending or heard.each()):
            steps[heard.process.step] = steps.get(heard.process.step, False) or ending
    return len(set(steps.values())) > 1


def _left(plan: LaunchPlan, heard: Heard, evidence: Evidence) -> bool:
    """Return whether ranks of a worker ended well by themselves while another worker goes on."""
    codes = [tasks.code for line in heard.by_slurm() if (tasks := tasks_ended(line.text))]
    if not codes or any(codes) or is_stopped(plan, evidence):
        return False
    others = (item for item in evidence.heard.values() if plan.worker(item.process.step))
    return any(
        item.process.step != heard.process.step
        and item.each()
        and not any(tasks_ended(line.text) for line in item.by_slurm())
        for item in others
    )


def _failed(
    heard: Heard, evidence: Evidence, *, served: bool, stopped: bool, over: bool
) -> bool:
    """Return whether what a process said tells of a failure."""
    ending = False
    for line in heard.by_slurm():
        issue = None if is_mild(line.text) else evidence.match(line.text)
        wanted = stopped and issue is not None and issue.name == _CANCELLED
        if issue and issue.role in CAUSES and not wanted:
            return True
        if issue and issue.name == _TAKEN:
            return True
        ending = ending or step_is_ending(line.text)
        tasks = tasks_ended(line.text)
        told = stopped and heard.told and tasks and tasks.code in TOLD
        if tasks and tasks.code and not (ending or told):
            return True
    grave = [line for line in heard.by_slurm() if not is_mild(line.text)]
    if not stopped and stillborn(heard, grave):
        return True
    began = any(speaker.last or speaker.noted for _, speaker in heard.each())
    if not (served and began) and waits(heard.by_slurm()):
        return True
    return any(
        _speaks(speaker, evidence, heard.process, served=served, over=over)
        for _, speaker in heard.each()
    )


def _lasts(noted: Noted) -> bool:
    """Return whether a kernel tells of what lasts until it says that it is over."""
    return noted.issue is not None and noted.issue.name == _SILENT_SERVER


def _speaks(
    speaker: Speaker, evidence: Evidence, process: Process, *, served: bool, over: bool
) -> bool:
    # what is told of a frontend may be of one before it, and its own log tells of this one
    told = TOLD_BY in process.name and process.kind == "frontend"
    for noted in speaker.noted:
        told_to_end = served and was_told(noted.line.text)
        if told_to_end and not (process.labelled and service(noted.line.text)):
            return False
        long_ago = TOLD_BY in process.name and by_kernel(noted.line.text) and not _lasts(noted)
        if (evidence.answers and told) or (long_ago and (evidence.answers or evidence.works)):
            continue  # it tells of a failure that others show, if it is one
        if over and noted.issue and noted.issue.name == _CANCELLED:
            return False  # as the steps of the workers are, in a log that bears no labels
        if evidence.counts(noted, speaker):
            return True
        goes_on = speaker.worked_on(noted) or evidence.is_of_teardown(noted)
        goes_on = goes_on or evidence.over(noted)
        if not goes_on and next(blamed(noted.line.text), None) is not None:
            return True
    return False
