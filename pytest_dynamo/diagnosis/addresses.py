# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Addresses that workers give out, and at which the frontend does not reach them.

A worker registers the address that its host has for it. Where that is one of its own host alone -
loopback, Docker's bridge - all goes well until the first request, and each of them fails.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_dynamo import known_issues
from pytest_dynamo.diagnosis.candidates import Candidate
from pytest_dynamo.diagnosis.ends import told_of
from pytest_dynamo.diagnosis.explanation import Explanation
from pytest_dynamo.diagnosis.stamps import stamp
from pytest_dynamo.watch.service_words import service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.watch.lines import Line

#: Where a worker is reached, and what stands before that where a frontend does not reach it.
_ADDRESS = r"\d+\.\d+\.\d+\.\d+:\d+"
_IN_VAIN = r"\b(?:[Ff]ailed to connect|TCP connect timeout) to (?:worker )?(?:addr=)?"
#: A frontend that does not reach a worker, and where it tried.
_DOWN = re.compile(
    rf"\b(?P<at>{_ADDRESS})\b.*\binstance marked down\b|{_IN_VAIN}(?P<to>{_ADDRESS})\b"
)
#: A frontend that has no connection to a worker.
_UNAVAILABLE = re.compile(rf"\bTCP connection unavailable addr=(?P<at>{_ADDRESS})\b")
#: Loopback, and the networks of Docker and of libvirt by default.
_OWN_HOSTS = re.compile(r"127\.|172\.(?:17\.0\.1:|1[89]\.0\.)|192\.168\.122\.1:")
#: So many requests in vain, over so many seconds, are no end or start of a worker.
_OFTEN, _LONG_S = 3, 60.0
#: Addresses that are counted: of so many workers there are one or two.
_MOST = 1000
_GIVE_OUT = "have the worker give out an address that others reach: DYN_TCP_RPC_HOST"
#: A frontend that reaches no worker, wherever it tried.
_UNREACHED = re.compile(
    rf"\bTCP connection unavailable\b|{_IN_VAIN}{_ADDRESS}|\bcannot_connect\b"
)


class Missed:
    """Counts where each frontend reached nobody, by the address, and for how long."""

    def __init__(self) -> None:
        self._at: dict[tuple[str, str], tuple[int, Line, Line]] = {}

    def take(self, line: Line) -> None:
        """Take a line that tells of one that was not reached; it may give no address."""
        if found := _DOWN.search(line.text) or _UNAVAILABLE.search(line.text):
            at = line.process, next(each for each in found.groups() if each)
            if at in self._at or len(self._at) < _MOST:
                times, first, _ = self._at.get(at, (0, line, line))
                self._at[at] = times + 1, first, line

    def for_long(self) -> Iterator[tuple[str, Line]]:
        """Yield the addresses at which nobody was reached again and again, and where it was last.

        Who ends, or is started anew, is asked in vain a few times within seconds.
        """
        for (_, at), (times, first, last) in sorted(self._at.items()):
            began, ended = stamp(first.text), stamp(last.text)
            if times < _OFTEN or not (began and ended) or began.way != ended.way:
                continue
            if ended.seconds - began.seconds >= _LONG_S:
                yield at, last


def out_of_reach(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return the one of several workers that no request reaches, while those to others go well."""
    for at, line in evidence.where.missed.for_long():
        names = evidence.where.addresses.get(at, set())
        mine = [item for item in plan.processes if item.name in names and plan.worker(item.step)]
        if len(mine) != 1 or evidence.heard[mine[0].name].told:
            continue
        issue = known_issues.get("network-unreachable")
        why = _given_out(at, Explanation(line, issue.fault, issue.hint, issue, "medium"))
        return Candidate(told_of(mine[0], line, evidence), why, ())
    return None


def _given_out(at: str, why: Explanation) -> Explanation:
    """Return why nobody reaches an address; at one of its own host alone it was given out wrong."""
    return replace(why, fault="config", remedy=_GIVE_OUT) if _OWN_HOSTS.match(at) else why


def reached(plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return the worker that a frontend does not reach at the address which that gave out.

    At one of its own host alone nobody else reaches it.
    """
    line = cause.why.line
    if line is None or not cause.end.spoke:
        return None
    # where it gives no address, what the same frontend told of one may
    told = (line, evidence.where.unreached.get(line.process))
    found = (_DOWN.search(each.text) for each in told if each)
    match = next((each for each in found if each), None)
    if match is None:
        return None
    if cause.end.process.kind != "frontend" and service(line.text) != "frontend":
        return None
    at = match["at"] or match["to"]
    names = evidence.where.addresses.get(at, set())
    if len(names) != 1:
        return None
    (process,) = (item for item in plan.processes if item.name in names)
    why = _given_out(at, cause.why)
    return replace(cause, end=told_of(process, line, evidence), why=why)


def loopback_given_out(plan: LaunchPlan, evidence: Evidence) -> Candidate | None:
    """Return the one worker that gave out an address of its own host, and which nobody reaches."""
    lines = (each for each in evidence.where.unreached.values() if not evidence.well_since(each))
    line = next(lines, None)
    if line is None:
        return None
    given = {
        name: at
        for at, names in evidence.where.addresses.items()
        if _OWN_HOSTS.match(at)
        for name in names
    }
    able = [item for item in plan.processes if item.name in given and item.kind == "worker"]
    front = next(item for item in plan.processes if item.name == line.process)
    able = [item for item in able if not set(item.nodes) & set(front.nodes)]
    if len({item.step for item in able}) != 1:
        return None
    loopback = given[able[0].name].startswith("127.")
    issue = known_issues.get("loopback-given-out") if loopback else None
    why = Explanation(line, "config", _GIVE_OUT, issue, "medium")
    return Candidate(told_of(able[0], line, evidence), why, ())


def unreached(text: str) -> bool:
    """Return whether a frontend says that it reaches no worker."""
    return _UNREACHED.search(text) is not None
