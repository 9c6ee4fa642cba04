# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Why a deployment failed that nothing ended in: who kept it waiting, or contradicts the plan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo import known_issues
from pytest_dynamo.diagnosis import roots
from pytest_dynamo.diagnosis.candidates import Candidate
from pytest_dynamo.diagnosis.diagnosis import LONGEST, SAID, Diagnosis
from pytest_dynamo.diagnosis.ends import End
from pytest_dynamo.diagnosis.explanation import Explanation, explain
from pytest_dynamo.diagnosis.namespaces import REMEDY
from pytest_dynamo.diagnosis.places import node_of, place
from pytest_dynamo.diagnosis.words import exception
from pytest_dynamo.watch.ledger import ranges
from pytest_dynamo.watch.log_names import ENGINES
from pytest_dynamo.watch.slurm_words import by_slurm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_dynamo.diagnosis.diagnosis import Confidence
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.known_issues import Fault, Issue
    from pytest_dynamo.launch.plan import LaunchPlan, Process, Worker
    from pytest_dynamo.watch.lines import Line
    from pytest_dynamo.watch.states import Failed
#: What a rank finds that joins a world of another size.
_WORLD = "world-size-differs"
#: Who spoke so short a time ago is not silent.
_SPEAKS_S = 5.0
#: How a frontend tells that a request was not answered in time.
_LATE = frozenset({"request-timed-out", "request-deadline"})
_SEVERAL = 2
#: How a shell that traces its script tells that this ends well.
_LEFT, _TRACE = "+ exit 0", "+ "
#: And that it waits for that, or fails.
_NOT_LEFT = ("+ wait", "+ exit ")
#: How it tells that it starts an engine.
_STARTS = re.compile(r"\+ .*\bpython\S* -m dynamo\.\w+")
_WENT_ON = "; its script went on after it started the engine, and waited for nothing"
_WAIT = "let the script wait for what it starts, or exec it"


def of_failure(  # noqa: C901 - a branch for each way to keep others waiting
    plan: LaunchPlan, failed: Failed, evidence: Evidence
) -> Diagnosis:
    """Return who or what a failure is about that is no end."""
    process = next((item for item in plan.processes if item.name == failed.process), None)
    if failed.worker and failed.ranks:
        where = f"rank {ranges(failed.ranks)} of {failed.worker} on {', '.join(failed.nodes)}"
    elif process:
        where = place(plan, process, None)
    else:
        where = failed.worker or failed.process or plan.topology
    heard = evidence.heard.get(failed.process) if failed.process else None
    tail = heard.said() if heard else ()
    if failed.ranks:
        tail = tuple(line for line in tail if line.rank in failed.ranks)
    at = f"{failed.log}:{failed.line}" if failed.log and failed.line else failed.log
    what, remedy = failed.what, None
    fault: Fault = "unknown"
    issue = None
    confidence: Confidence = "low"
    worker = plan.worker(failed.worker or "") or _among(failed, evidence)
    rank = failed.ranks[0] if len(failed.ranks) == 1 else None
    if failed.kind == "contradiction":
        fault, confidence, issue = "config", "high", known_issues.get(_WORLD)
        remedy = "start every rank of the worker in one step, with --ntasks as planned"
    elif failed.kind == "stall":
        fault = "product" if failed.phase in ("registration", "serving") else "infrastructure"
        confidence = "medium"  # who is waited for, and not why
        remedy = f"look at the log, or raise budgets.{failed.phase} if this is how long it takes"
        if raised := _raised(plan, failed, evidence):
            # an exception in one rank leaves an MPI world waiting for ever
            culprit, rank, line, tail, why = raised
            where = place(plan, culprit, rank)
            what += f"; meanwhile {where} said: {line.text.strip()[:LONGEST]}"
            at = f"{culprit.log}:{line.number}"
            fault, remedy, issue = why.fault, why.remedy, why.issue
            confidence = why.sure
            worker = plan.worker(culprit.step)
            process = culprit
        elif failed.phase == "serving":
            issue = _timed_out(evidence)
        elif elsewhere := _registered(plan, failed, evidence):
            # a lost or foreign registration, whatever the frontend says about it
            process, line = elsewhere
            worker, tail = plan.worker(process.step), evidence.heard[process.name].said(line.rank)
            where = place(plan, process, line.rank)
            what += f"; yet {where} said: {line.text.strip()[:LONGEST]}"
            at, fault, remedy = f"{process.log}:{line.number}", "config", REMEDY
        elif left := _left(heard.said() if heard else ()):
            at, fault, remedy = f"{failed.log}:{left.number}", "config", _WAIT
            ended = left.text.strip() == _LEFT
            what += "; its script has ended, with exit status 0" if ended else _WENT_ON
        elif _goes_on(failed):
            what += "; it goes on, slower than its peers"
            remedy = "compare how fast each node reads the weights, or raise budgets.load"
    return Diagnosis(
        phase=failed.phase,
        kind=failed.kind,
        where=where,
        what=what,
        fault=fault,
        evidence=at,
        remedy=remedy,
        said=tuple(line.text for line in tail[-SAID:]),
        known_issue=issue.code if issue else None,
        worker=worker.name if worker else None,
        role=worker.role if worker else None,
        rank=rank,
        node=node_of(plan, process, rank) if process and len(failed.nodes) <= 1 else None,
        exclude_node=_whole_node(plan, failed) if fault == "infrastructure" else None,
        confidence=confidence,
    )


def _among(failed: Failed, evidence: Evidence) -> Worker | None:
    """Return the worker that a failure is of, among those that share a log."""
    every = (worker for several in evidence.together.values() for worker in several.workers)
    return next((worker for worker in every if worker.name == failed.worker), None)


def _goes_on(failed: Failed) -> bool:
    """Return whether who is late still loads."""
    return failed.phase == "load" and failed.since_s is not None and failed.since_s < _SPEAKS_S


def _left(said: Sequence[Line]) -> Line | None:
    """Return where a script tells that it ended well, which a worker's does not while it serves.

    Or that it went on after it started an engine, of which not a word came, and waited for nothing.
    """
    if left := next((line for line in reversed(said) if line.text.strip() == _LEFT), None):
        return left
    starts = next((at for at, line in enumerate(said) if _STARTS.match(line.text)), None)
    if starts is None or any(line.text.startswith(_NOT_LEFT) for line in said):
        return None
    traced = [line for line in said[starts + 1 :] if line.text.startswith(_TRACE)]
    spoke = any(ENGINES.search(line.text) for line in said[starts + 1 :] if line not in traced)
    return traced[-1] if traced and not spoke else None


def _timed_out(evidence: Evidence) -> Issue | None:
    """Return the known issue by which a frontend tells that requests were not answered in time."""
    noted = (
        noted
        for heard in evidence.heard.values()
        if heard.process.kind == "frontend"
        for _, speaker in heard.each()
        for noted in speaker.noted
    )
    return next((each.issue for each in noted if each.issue and each.issue.name in _LATE), None)


def _registered(
    plan: LaunchPlan, failed: Failed, evidence: Evidence
) -> tuple[Process, Line] | None:
    """Return a worker that says it registered, of a role that the frontend has too few of."""
    if failed.phase != "registration":
        return None
    for process in plan.processes:
        worker = plan.worker(process.step)
        if worker is None or f" {worker.role} worker(s) registered" not in failed.what:
            continue
        for _, speaker in evidence.heard[process.name].each():
            if speaker.step == "registered" and speaker.at:
                return process, speaker.at
    return None


def _whole_node(plan: LaunchPlan, failed: Failed) -> str | None:
    """Return the node of several ranks that all others of a worker waited for."""
    worker = plan.worker(failed.worker or "")
    if worker is None or len(failed.nodes) != 1 or len(failed.ranks) < _SEVERAL:
        return None
    return failed.nodes[0] if len(worker.nodes) > 1 else None


def _raised(
    plan: LaunchPlan, failed: Failed, evidence: Evidence
) -> tuple[Process, int | None, Line, tuple[Line, ...], Explanation] | None:
    """Return who of those that a stall is about said why: by a known issue, or an exception."""
    found: list[tuple[Candidate, Line]] = []
    for process in plan.processes:
        if failed.worker not in (None, process.step):
            continue
        heard = evidence.heard[process.name]
        for speaker, kept in heard.each():
            if failed.ranks and speaker not in failed.ranks:
                continue
            rank = speaker if process.ranks else None
            why = explain(
                kept.lines, (), 1, evidence.match, starting=failed.phase != "serving"
            )
            # who ends a run that waited did not make it wait
            ends = why.issue is not None and why.issue.name in roots.ENDED
            line = why.line if why.is_root and not ends else None
            if process.kind == "worker":
                line = line or exception([each for each in kept.last if not by_slurm(each.text)])
            if line:
                found.append((Candidate(End(process, rank, None, kept.lines), why, ()), line))
    if not found:
        return None
    first, line = found[0]
    for other, its in found[1:]:
        if (other.why.is_root, other.before(first)) > (first.why.is_root, False):
            first, line = other, its
    process, rank = first.end.process, first.end.rank
    own = evidence.heard[process.name].own(rank if process.labelled else None)
    return process, rank, line, own, first.why
