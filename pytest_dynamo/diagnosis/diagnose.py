# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Why a deployment failed: the first cause among what ended, without its echoes.

When one rank dies the others die of it within milliseconds. Their last lines say so, and name the
rank they lost: such an end is an echo and never the cause. Among the rest a service comes first,
since everything depends on it, then what the others name, then who said why, then an end by a
signal from outside, then an error that a process reported itself; and among equals the earliest by
the log they share or by the time that their lines bear. Only then comes the order in which the ends
were seen, which is no order at all within one wake-up of the supervisor.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, overload

from pytest_dynamo.diagnosis import dismissal, namespaces, stalls, suspicion
from pytest_dynamo.diagnosis.addresses import loopback_given_out
from pytest_dynamo.diagnosis.apart import apart_from_others
from pytest_dynamo.diagnosis.candidates import explained, first
from pytest_dynamo.diagnosis.clocks import difference
from pytest_dynamo.diagnosis.diagnosis import LONGEST, SAID, Diagnosis
from pytest_dynamo.diagnosis.elsewhere import elsewhere
from pytest_dynamo.diagnosis.ends import ends
from pytest_dynamo.diagnosis.phases import has_served, phase_of
from pytest_dynamo.diagnosis.places import names, node_of, one_of, place
from pytest_dynamo.diagnosis.refusals import refusing
from pytest_dynamo.diagnosis.silence import is_stopped
from pytest_dynamo.diagnosis.unended import raised, spoken
from pytest_dynamo.diagnosis.unserved import failing, insistent, reasons, struggling, stuck
from pytest_dynamo.diagnosis.words import PANIC, by_kernel, first_error
from pytest_dynamo.known_issues import Fault
from pytest_dynamo.watch.ledger import ranges
from pytest_dynamo.watch.log_names import JOB, TOLD_BY
from pytest_dynamo.watch.observations import Exited, ended_how
from pytest_dynamo.watch.service_words import SERVICES, service
from pytest_dynamo.watch.slurm_words import failed_node, tasks_ended
from pytest_dynamo.watch.states import Failed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_dynamo.diagnosis.candidates import Candidate
    from pytest_dynamo.diagnosis.ends import End
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan, Worker
    from pytest_dynamo.watch.lines import Line

#: Issues that clocks which differ lead to.
_OF_CLOCKS = ("lease-lost", "clock-skew")
#: Issues of a whole job, which ends all of its steps.
_OF_JOBS = ("time-limit",)
#: Who tells of a job that ``salloc`` holds.
_ALLOCATES = "salloc: "

__all__ = ["Diagnosis", "Fault", "diagnose", "of_requests"]


@overload
def diagnose(
    plan: LaunchPlan, failed: Failed, ended: Sequence[Exited], evidence: Evidence
) -> Diagnosis: ...


@overload
def diagnose(
    plan: LaunchPlan, failed: Failed | None, ended: Sequence[Exited], evidence: Evidence
) -> Diagnosis | None: ...


def diagnose(
    plan: LaunchPlan, failed: Failed | None, ended: Sequence[Exited], evidence: Evidence
) -> Diagnosis | None:
    """Return the first cause, None where ``failed`` is None and nothing tells of a failure.

    ``ended`` is every end seen until shortly after the failure, in the order in which they were
    seen; it is empty where only logs are left, whose lines then have to tell of the ends.
    """
    if failed is None:
        failed = suspicion.of_lines(plan, ended, evidence)
        if failed is None:
            return None
    if failed.kind == "exit" and failed.process:
        # an srun that tells of an ended rank goes on
        seen = ended or ([Exited(failed.process, failed.code)] if failed.code is not None else [])
        return _of_ends(plan, failed, ends(plan, seen, evidence), evidence)
    return stalls.of_failure(plan, failed, evidence)


def of_requests(plan: LaunchPlan, evidence: Evidence) -> Diagnosis | None:
    """Return why requests failed until the end of a record in which nothing ended, None if not.

    Or why there can be none: the frontend looks elsewhere than where workers registered.
    """
    apart = apart_from_others(plan, evidence)
    if apart is None and struggling(evidence):
        apart = loopback_given_out(plan, evidence)
    if apart is None and is_stopped(plan, evidence):
        return None
    found = [apart.end] if apart else failing(evidence)
    quiet: list[End] = []
    if not found or (apart is None and all(end.process.kind == "frontend" for end in found)):
        quiet = (reasons(evidence) if struggling(evidence) else []) or insistent(evidence)
        if not quiet and (still := stuck(plan, evidence)):
            apart, found = still, [still.end]
        quiet = quiet or ([] if found or apart else refusing(evidence))
    found = quiet or found
    if found is None:
        return None
    fronts = (item for item in plan.processes if item.kind == "frontend")
    # of a job, which has one log, whoever speaks in it
    process = found[0].process if found else next(fronts, plan.processes[0])
    failed = Failed(
        at=0, phase="serving", kind="exit", what="requests failed until the end of the record",
        process=process.name, nodes=process.nodes, log=process.log, served=apart is None,
    )  # fmt: skip
    if apart:
        return _told(plan, failed, apart, [apart], found, evidence)
    if not found:
        nothing = dismissal.nothing_found(plan, failed, found, evidence)
        hint = namespaces.REMEDY if namespaces.unlisted(plan, evidence) else nothing.remedy
        return replace(nothing, remedy=hint)
    return _of_ends(plan, failed, found, evidence, mild=bool(quiet))


def _of_ends(
    plan: LaunchPlan,
    failed: Failed,
    found: list[End],
    evidence: Evidence,
    *,
    mild: bool = False,
) -> Diagnosis:
    """Return the first cause among ends; ``mild`` is whether warnings tell of them as well."""
    found = [*found, *spoken(evidence, found)]
    served = failed.served or has_served(plan, evidence)
    explain = partial(
        explained, evidence=evidence, starting=not served, zone=evidence.zone(), mild=mild
    )
    candidates = [
        candidate for end in found if not end.echo and not (candidate := explain(end)).echo
    ]
    services = [each for each in candidates if each.service and each.tells_why]
    candidates = [each for each in candidates if not each.is_for_want_of(services)]
    if services:  # the task of a service ends without a name where steps share a log
        candidates = [each for each in candidates if each.service or not each.tells_nothing]
    others = [explain(end) for end in raised(evidence, found, served=served)]
    candidates = [each for each in candidates if not each.needs_cluster(candidates)]
    candidates = [each for each in candidates if not each.follows((*candidates, *others))]
    candidates = [each for each in candidates if not each.is_of_another(candidates)]
    candidates = [each for each in candidates if not each.is_before((*candidates, *others))]
    if all(each.tells_nothing for each in candidates):
        placed = any(not each.end.unplaced for each in candidates)
        better = [each for each in others if not (each.echo or (placed and each.tells_nothing))]
        candidates = better or candidates
    if not candidates:
        return dismissal.nothing_found(plan, failed, found, evidence)
    best = elsewhere(plan, first(candidates), evidence)
    # a kernel may tell of what was long before, and who finds nobody does not know why
    long_ago = best.is_told_of and best.line and by_kernel(best.line.text)
    finds_nobody = best.tells_nothing and best.end.process.kind == "frontend"
    if long_ago or finds_nobody:
        best = apart_from_others(plan, evidence) or best
    if mild and best.why.confidence == "high":  # who warns has not failed
        best = replace(best, why=replace(best.why, confidence="medium"))
    return _told(plan, failed, best, candidates, found, evidence)


def _told(  # noqa: PLR0913, PLR0917 - what a diagnosis is made of
    plan: LaunchPlan,
    failed: Failed,
    cause: Candidate,
    candidates: Sequence[Candidate],
    found: Sequence[End],
    evidence: Evidence,
) -> Diagnosis:
    end, why, process = cause.end, cause.why, cause.end.process
    heard = evidence.heard[process.name]
    # the log of a job holds what its services say among the lines of a worker's rank
    mixed = process.labelled or process.kind == "frontend"
    own = mixed and why.line is not None and why.line.process == process.name
    serves = cause.about or (_service(why.line, end) if own and why.line else None)
    serves = None if serves == process.kind else serves
    phase = _phase(plan, failed, end, evidence)
    if serves in SERVICES and phase != "serving":
        phase = "services"
    moment = "while the deployment was serving" if phase == "serving" else f"during {phase}"
    if end.spoke:
        what = f"cannot go on {moment}"
    elif end.code is None:
        what = f"brought its world down {moment}"
    else:
        what = f"ended with {ended_how(end.code)} {moment}"
    if end.code == 0:
        what += "; exit status 0, but nothing that serves ends by itself"
    line = why.line or (end.told if end.code is None else None)
    if line is None and end.rank is None and not end.lines:
        line = first_error(cause.slurms)
    if line:
        what += f": {line.text.strip()[:LONGEST]}"
    if why.issue and why.issue.name in _OF_CLOCKS and (clocks := difference(plan, evidence)):
        what += f"; {clocks}"
    line = line or (end.lines[-1] if end.lines else end.told)
    worker, node, where = _where(plan, cause, line, serves, evidence)
    others = [other for other in found if other is not end]
    said = heard.said(end.rank if process.labelled else None)
    causes = {id(candidate.end) for candidate in candidates}
    return Diagnosis(
        phase=phase,
        kind="exit",
        where=where,
        what=what,
        fault=why.fault,
        evidence=_at(plan, line) if line else process.log,
        remedy=why.remedy,
        said=tuple(item.text for item in _around(said or heard.by_slurm(), why.line)),
        excluded=names(each for each in others if id(each) not in causes),
        also=names(each for each in others if id(each) in causes and not each.spoke),
        known_issue=why.issue.code if why.issue and not why.is_echo else None,
        worker=worker.name if worker else None,
        role=worker.role if worker else None,
        rank=end.rank if worker else None,
        node=node,
        exclude_node=_down(cause) or _to_exclude(plan, cause, candidates),
        dismissed=dismissal.sentences(plan, others, evidence),
        confidence=why.sure,
    )


def _where(
    plan: LaunchPlan, cause: Candidate, line: Line | None, serves: str | None, evidence: Evidence
) -> tuple[Worker | None, str | None, str]:
    """Return whose end it is, the node of it, and where a person looks for both.

    ``line`` is the one that is shown.
    """
    end, process, down = cause.end, cause.end.process, _down(cause)
    worker, where = plan.worker(process.step), place(plan, process, end.rank)
    together = evidence.together.get(process.step)
    node = down or (None if together else node_of(plan, process, end.rank))
    told = line if end.unplaced else end.told
    tasks = tasks_ended(told.text) if told else None
    if tasks and (together or end.unplaced):
        node = down or tasks.node
        where = f"task{'s' if len(tasks.ranks) > 1 else ''} {ranges(tasks.ranks)} on {tasks.node}"
    if node and worker is None and (process.step == JOB or TOLD_BY in process.name):
        there = [each for each in plan.workers if node in each.nodes]
        if len(there) == 1:  # of whose steps none is named
            (worker,) = there
            where = f"{worker.name} on {node}"
    if together:
        able = together.meant(end.rank, node)
        # one srun of all workers counts its tasks through
        where = one_of(able, end.rank, node) if able else f"task {end.rank} of the job"
        worker = able[0] if len(able) == 1 else None
    if serves:
        worker = None
        where = f"{serves} on {node}" if node and not cause.about else serves
    whole = _tell(cause, evidence) > 1 or (line is not None and line.text.startswith(_ALLOCATES))
    if whole and cause.why.issue and cause.why.issue.name in _OF_JOBS:
        return None, None, "the job, with all of its steps"
    return worker, node, f"{(worker or process).name} on {down}" if down else where


def _tell(cause: Candidate, evidence: Evidence) -> int:
    """Return how many steps Slurm tells the same of."""
    return sum(
        any(evidence.match(line.text) == cause.why.issue for line in heard.by_slurm())
        for heard in evidence.heard.values()
    )


def _down(cause: Candidate) -> str | None:
    """Return the node that Slurm says has failed."""
    return next((node for item in cause.slurms if (node := failed_node(item.text))), None)


def _service(line: Line, end: End) -> str | None:
    """Return the service that says a line, or heads it as a panic of its own."""
    heads = (each for each in end.lines if each.number == line.number - 1)
    head = next((each for each in heads if PANIC in each.text), line)
    return service(line.text) or service(head.text)


def _phase(plan: LaunchPlan, failed: Failed, end: End, evidence: Evidence) -> str:
    """Return where the culprit itself was; what serves no longer comes up."""
    own = phase_of(plan, evidence, end.process, end.rank)
    if failed.served:
        return own if end.process.kind == "frontend" else "serving"
    if end.process.kind == "service" and own == "services":
        return failed.phase  # a service has no steps of its own
    if own == "launch" and end.process.step not in evidence.took and failed.phase != "services":
        return failed.phase  # none of its ranks says how far it came; who watched may know
    return "registration" if own == "serving" else own


def _at(plan: LaunchPlan, line: Line) -> str:
    """Return where a line is; what srun says of a rank may lie beside the log of that rank."""
    log = next(item.log for item in plan.processes if item.name == line.process)
    return f"{log}:{line.number}"


def _around(said: Sequence[Line], line: Line | None) -> Sequence[Line]:
    """Return the last words, or those around a line that came before them."""
    last = said[-SAID:]
    if line is None or line in last or line not in said:
        return last
    at = said.index(line)
    return said[max(0, at - 1) : at - 1 + SAID]


def _to_exclude(
    plan: LaunchPlan, cause: Candidate, candidates: Sequence[Candidate]
) -> str | None:
    """Return the node to leave out: one that several failures share, or whose hardware failed."""
    node = node_of(plan, cause.end.process, cause.end.rank)
    if node is None:
        return None
    if cause.why.issue and cause.why.issue.node:
        return node
    if cause.why.fault != "infrastructure":
        return None
    places = {
        (each.end.place or each.end.process.name): node_of(plan, each.end.process, each.end.rank)
        for each in candidates
        if each.why.fault == "infrastructure"
    }
    return node if len(places) > 1 and set(places.values()) == {node} != {*plan.nodes} else None
