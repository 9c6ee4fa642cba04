# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Requests of one kind that fail again and again while others go well: by what, and whose that is.

A request that goes well takes back what its frontend said before it, which is right where one thing
kept all of them from it. What is too large, or too many at once, fails by itself, and the rest of a
deployment serves for hours.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.speakers import CAUSES
from pytest_dynamo.diagnosis.unended import end_of
from pytest_dynamo.diagnosis.words import PANIC, is_mild

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.ends import End
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.diagnosis.speakers import Noted, Speaker
    from pytest_dynamo.watch.lines import Line

#: One or two requests may be a client's own mistake.
_OFTEN = 3
#: But no client's a panic.
_TWICE = 2


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
        return []
    issue = evidence.match(fronts[0].lines[0].text)
    workers = [
        replace(end_of(heard, rank, speaker), lines=lines)
        for heard in evidence.heard.values()
        if heard.process.kind == "worker"
        for rank, speaker in heard.each()
        if issue and (lines := tuple(each.line for each in _all(speaker) if each.issue == issue))
    ]
    return workers[:1] if len({end.process.step for end in workers}) == 1 else fronts


def _often(speaker: Speaker) -> tuple[Line, ...]:
    """Return what one has told of one known issue as often, whatever went well in between.

    Or of one place in which it panics.
    """
    said: dict[str, list[Line]] = {}
    panicked: dict[str, list[Line]] = {}
    for noted in _all(speaker):
        _, panics, where = noted.line.text.partition(PANIC)
        if panics:
            panicked.setdefault(where, []).append(noted.line)
        elif noted.issue and noted.issue.role in CAUSES and not is_mild(noted.line.text):
            said.setdefault(noted.issue.name, []).append(noted.line)
    often = [lines for lines in panicked.values() if len(lines) >= _TWICE]
    often += [lines for lines in said.values() if len(lines) >= _OFTEN]
    return tuple(often[0]) if often else ()


def _all(speaker: Speaker) -> tuple[Noted, ...]:
    """Return the notable lines of one that are kept, those before it did well among them."""
    return (*speaker.recovered, *speaker.noted)
