# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whom the ranks of a step name as the one that ended their world, and whether that says much.

Who names another has lost it. But Open MPI prints the name of whoever called ``MPI_Abort``, which
every rank does that meets an error, of its own or of another's end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.stamps import stamp
from pytest_dynamo.diagnosis.words import blamed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.diagnosis.speakers import Heard, Noted, Speaker
    from pytest_dynamo.watch.lines import Line

#: Where blame is looked for, of the lines that are kept.
_LAST_LINES = 12

#: A step and a rank of it.
Place = tuple[str, int]


def blames(heard: Heard) -> Iterator[tuple[Place | None, Place, Line]]:
    """Yield who names whom, and where."""
    step = heard.process.step
    # whom they lose from there on, Slurm has ended
    ending = heard.ending if heard.process.labelled else None
    for rank, speaker in heard.each():
        who = (step, rank) if rank is not None else None
        lines = [line for line in speaker.lines if ending is None or line.number < ending]
        for line in lines[-_LAST_LINES:]:
            for number in blamed(line.text):
                yield who, (step, number), line


def another_failed(step: str, rank: int, abort: Line, evidence: Evidence) -> bool:
    """Return whether another rank said before one that ended their world why it cannot go on."""
    causes = list(_causes(step, evidence))
    own = next((noted.line for who, noted, _ in causes if who == rank), abort)
    return any(
        who not in (None, rank) and _earlier(noted.line, own) and evidence.counts(noted, speaker)
        for who, noted, speaker in causes
    )


def _causes(step: str, evidence: Evidence) -> Iterator[tuple[int | None, Noted, Speaker]]:
    """Yield what ranks of a step said that can be a cause."""
    for heard in evidence.heard.values():
        if heard.process.step != step:
            continue
        ranks = heard.process.ranks
        for who, speaker in heard.each():
            rank = ranks[0] if who is None and len(ranks) == 1 else who
            yield from ((rank, noted, speaker) for noted in speaker.noted if noted.is_cause)


def _earlier(one: Line, other: Line) -> bool:
    """Return whether a line was said before another, or nothing compares the two."""
    if one.process == other.process:
        return one.number < other.number
    stamps = stamp(one.text), stamp(other.text)
    if stamps[0] and stamps[1] and stamps[0].way == stamps[1].way:
        return stamps[0].seconds < stamps[1].seconds
    return True
