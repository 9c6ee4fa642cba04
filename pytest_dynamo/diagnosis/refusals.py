# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Requests of one kind that fail again and again while others go well: by what, and whose that is.

A request that goes well takes back what its frontend said before it, which is right where one thing
kept all of them from it. What is too large, or too many at once, fails by itself, and the rest of a
deployment serves for hours.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.candidates import FOR_SERVICES
from pytest_dynamo.diagnosis.ends import End
from pytest_dynamo.diagnosis.speakers import CAUSES
from pytest_dynamo.diagnosis.unended import end_of
from pytest_dynamo.diagnosis.words import PANIC, is_mild

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.diagnosis.speakers import Noted, Speaker
    from pytest_dynamo.watch.lines import Line

#: One or two requests may be a client's own mistake.
_OFTEN = 3
#: But no client's a panic.
_TWICE = 2
#: How vLLM tells that it lets go of a cache that nobody has read, and of one that was read then.
_LET_GO = re.compile(r"\bReleasing expired KV blocks for request (\S+)")
_READ = re.compile(r"\bPotentially invalid KV blocks for unrecognized request (\S+)")


def refusing(evidence: Evidence) -> list[End]:
    """Return who fails requests again and again by one thing, while others go well.

    That is a frontend, or the one worker that tells of the same.
    """
    fronts = [
        replace(end_of(heard, rank, speaker), lines=lines)
        for heard in evidence.heard.values()
        if heard.process.kind == "frontend"
        for rank, speaker in heard.each()
        if (lines := _often(speaker))
    ]
    if not fronts:
        return _alone(evidence) or _read_too_late(evidence)
    issue = evidence.match(fronts[0].lines[0].text)
    workers = [
        replace(end_of(heard, rank, speaker), lines=lines)
        for heard in evidence.heard.values()
        if heard.process.kind == "worker"
        for rank, speaker in heard.each()
        if issue and (lines := tuple(each.line for each in _all(speaker) if each.issue == issue))
    ]
    return workers[:1] if len({end.process.step for end in workers}) == 1 else fronts


def _alone(evidence: Evidence) -> list[End]:
    """Return the one of several workers of a role that refuses request after request.

    A client whose requests are too large meets all of them, one after another.
    """
    ends: dict[str, End] = {}
    for heard in evidence.heard.values():
        for rank, speaker in heard.each():
            lines = _often(speaker, of_request=True)
            if lines and evidence.plan.worker(heard.process.step):
                end = replace(end_of(heard, rank, speaker), lines=lines)
                ends.setdefault(heard.process.step, end)
    roles = Counter(each.role for each in evidence.plan.workers if each.name in evidence.came)
    refusing = Counter(each.role for each in evidence.plan.workers if each.name in ends)
    return [
        end
        for end in ends.values()
        if (worker := evidence.plan.worker(end.process.step))
        if refusing[worker.role] == 1 and roles[worker.role] > 1
    ]


def _read_too_late(evidence: Evidence) -> list[End]:
    """Return who told that caches were read which it had let go of before, answered as they are.

    That alone is no such sign: requests may be called by another name where they are read.
    """
    found = []
    for heard in evidence.heard.values():
        told = [each.line for _, speaker in heard.each() for each in _all(speaker)]
        gone = {match[1] for line in told if (match := _LET_GO.search(line.text))}
        read = [line for line in told if (match := _READ.search(line.text)) and match[1] in gone]
        if len({line.text.partition("request ")[2] for line in read}) >= _TWICE:
            end = End(heard.process, None, None, tuple(read), read[0], spoke=True)
            found.append(end)
    return found[:1]


def _often(speaker: Speaker, *, of_request: bool = False) -> tuple[Line, ...]:
    """Return what one has told of one known issue as often, whatever went well in between.

    Or of one place in which it panics. With ``of_request``, of an issue that is of one alone.
    """
    said: dict[str, list[Line]] = {}
    panicked: dict[str, list[Line]] = {}
    for noted in _all(speaker):
        _, panics, where = noted.line.text.partition(PANIC)
        if panics:
            panicked.setdefault(where, []).append(noted.line)
        elif (
            (issue := noted.issue)
            and issue.role in CAUSES
            and not is_mild(noted.line.text)
            and issue.name not in FOR_SERVICES  # as one tells that is started before them
            and (issue.one_request or not of_request)
        ):
            said.setdefault(issue.name, []).append(noted.line)
    often = [lines for lines in panicked.values() if len(lines) >= _TWICE]
    often += [lines for lines in said.values() if len(lines) >= _OFTEN]
    return tuple(often[0]) if often else ()


def _all(speaker: Speaker) -> tuple[Noted, ...]:
    """Return the notable lines of one that are kept, those before it did well among them."""
    return (*speaker.recovered, *speaker.noted)
