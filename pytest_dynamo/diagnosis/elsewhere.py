# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Who is to blame for what another says: a service for its answers, a silent rank for a wait.

Who quotes an error of etcd tells of etcd. A rank whose collective operation timed out waited for
one that did not take part, and so did not say so. And an engine that hangs may wait for what
another worker failed to send, which did say so, and went on.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.candidates import Candidate, explained
from pytest_dynamo.diagnosis.ends import End, rank_of
from pytest_dynamo.diagnosis.explanation import Explanation
from pytest_dynamo.diagnosis.unended import errors
from pytest_dynamo.diagnosis.words import was_told

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

#: What etcd answers where it cannot serve; that a lease is unknown is not its fault.
_ETCDS = re.compile(
    r"etcdserver: (?:no leader|leader changed|too many requests|server stopped"
    r"|mvcc: database space exceeded|corrupt)"
)
_WAITED = "nccl-watchdog"
_HANGS = "hang-detected"
_SLOW = "etcd-too-slow"
_TOLD = "find who ended the service: a person, Slurm, Kubernetes"


def elsewhere(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate:
    """Return a cause with the end of whom it is really about."""
    issue = cause.why.issue
    if issue and issue.name == _WAITED and cause.end.rank is not None:
        return _silent(cause, evidence)
    if issue and issue.name == _HANGS:
        return _awaited(cause, evidence) or cause
    line = cause.why.line
    if line and cause.end.process.kind != "service" and _ETCDS.search(line.text):
        service = next((item for item in plan.processes if item.step == "etcd"), None)
        if service:
            lines = evidence.heard[service.name].own()
            end = End(service, None, None, lines, line, spoke=True)
            return replace(cause, end=end)
    if cause.needs_services and (found := _slow(evidence) or _told(plan, evidence)):
        return found
    return cause


def _slow(evidence: Evidence) -> Candidate | None:
    """Return etcd where it says that it is too slow, while others say that they lost a lease."""
    for heard in evidence.heard.values():
        for rank, speaker in heard.each():
            for line, issue in ((noted.line, noted.issue) for noted in speaker.noted):
                if issue and issue.name == _SLOW:
                    who = rank_of(heard.process, rank)
                    end = End(heard.process, who, None, (), line, spoke=True)
                    return Candidate(end, Explanation(line, issue.fault, issue.hint, issue), ())
    return None


def _told(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return the service that says that it was told to end, while others say that it is away."""
    for process in plan.processes:
        heard = evidence.heard[process.name]
        if process.kind != "service" or not heard.told:
            continue
        line = next((line for line in reversed(heard.said()) if was_told(line.text)), None)
        end = End(process, None, None, heard.own(), line, spoke=True)
        why = Explanation(line, "infrastructure", _TOLD, confidence="medium")
        return Candidate(end, why, ())
    return None


def _silent(cause: Candidate, evidence: Evidence) -> Candidate:
    """Return a wait as the fault of the one rank that did not wait, or else of no rank."""
    step = cause.end.process.step
    said: dict[tuple[str, int], bool] = {}
    for name, heard in evidence.heard.items():
        if heard.process.step != step:
            continue
        for rank, speaker in heard.each():
            if rank is not None and rank in heard.process.ranks and speaker.lines:
                issues = (evidence.match(line.text) for line in speaker.lines)
                said[name, rank] = any(each and each.name == _WAITED for each in issues)
    silent = [place for place, waited in said.items() if not waited]
    if len(silent) != 1:
        return replace(cause, end=replace(cause.end, rank=None))
    ((name, rank),) = silent
    heard = evidence.heard[name]
    end = End(heard.process, rank, None, heard.own(rank), cause.why.line, spoke=True)
    return replace(cause, end=end)


def _awaited(cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return who told of an error of its own before another worker began to hang, None if many."""
    found = [
        End(heard.process, rank_of(heard.process, rank), None, speaker.lines, spoke=True)
        for heard in evidence.heard.values()
        if heard.process.kind == "worker" and heard.process.step != cause.end.process.step
        for rank, speaker in heard.each()
        if errors(speaker)
    ]
    if len({end.process.step for end in found}) != 1:
        return None
    awaited = explained(found[0], evidence)
    return awaited if awaited.before(cause) else None
