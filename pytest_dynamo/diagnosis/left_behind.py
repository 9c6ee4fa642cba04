# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which rank stands where all others of its worker have passed, by the last words of each.

Theory of operation. The ranks of a worker say the same things on their way, with other numbers in
them. Where each of them has said what one said last, and something else since, that one has stopped
there; and if all then say nothing for minutes, they wait for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.stamps import stamp
from pytest_dynamo.watch.log_names import TOLD_BY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.diagnosis.stamps import Stamp
    from pytest_dynamo.diagnosis.zones import Zone
    from pytest_dynamo.launch.plan import Process, Worker
    from pytest_dynamo.watch.lines import Line

#: What tells what a process is at that does nothing.
STACKS = "look where its processes stand (py-spy dump), and report it with that"
_NUMBER = re.compile(r"\d+")
#: Of two ranks either may be the odd one.
_FEWEST = 3
#: All of them have said nothing for so long, in seconds: a warm-up step takes some.
_SILENT_S = 60.0


@dataclass(frozen=True, slots=True)
class Odd:
    """The rank that stopped, in its process, and what it said last."""

    process: Process
    rank: int
    line: Line


def left_behind(worker: Worker, evidence: Evidence, until: Stamp) -> Odd | None:
    """Return the one rank that all others of a worker wait for ``until`` then, None if no one is.

    ``until`` is in UTC where the zone is known.
    """
    zone = evidence.zone()
    words = {
        rank: (process, before)
        for process, rank, lines in _words(worker, evidence)
        if (before := [line for line in lines if not _is_since(line, until, zone)])
    }
    if len(words) != worker.world_size or len(words) < _FEWEST:
        return None
    last = [at for _, lines in words.values() if (at := stamp(lines[-1].text))]
    latest = max((zone.utc(at) for at in last), default=None)
    if latest is None or latest.way != until.way or until.seconds - latest.seconds < _SILENT_S:
        return None
    kinds = {rank: [_kind(line) for line in lines] for rank, (_, lines) in words.items()}
    odd = [
        rank
        for rank, own in kinds.items()
        if all(_is_past(own[-1], its) for other, its in kinds.items() if other != rank)
    ]
    if not odd:
        return None
    process, lines = words[odd[0]]
    return Odd(process, odd[0], lines[-1])


def _words(worker: Worker, evidence: Evidence) -> Iterator[tuple[Process, int, list[Line]]]:
    """Yield the last words of each rank that bear a time, as those of its end do not."""
    for name, heard in evidence.heard.items():
        if heard.process.step == worker.name and TOLD_BY not in name:
            for rank, speaker in heard.each():
                lines = [line for line in speaker.last if stamp(line.text)]
                if rank is not None and lines:
                    yield heard.process, rank, lines


def _is_since(line: Line, until: Stamp, zone: Zone) -> bool:
    """Return whether a rank says a line after it was to end."""
    at = stamp(line.text)
    at = zone.utc(at) if at else None
    return bool(at and at.way == until.way and until < at)


def _kind(line: Line) -> str:
    return _NUMBER.sub("", line.text)


def _is_past(kind: str, others: list[str]) -> bool:
    """Return whether one has said a thing, and another since."""
    return kind in others[:-1] and others[-1] != kind
