# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How the times that programs write in several ways belong together.

Rust writes UTC and engines write the local time, some without the year. But they write into one
log: where lines of two ways stand next to each other, the whole quarters of an hour between their
times are the zone. All nodes of a deployment are in one, or else nothing is compared.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.stamps import Stamp, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_dynamo.watch.lines import Line

#: The zones of this world differ by whole ones, in seconds.
_QUARTER = 900
#: Lines that stand next to each other were written so many seconds apart, for most.
_NEAR = 120


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone of a deployment: seconds of its local time ahead of UTC, and the year of its run.

    Each is None where no log tells it, or logs tell several.
    """

    ahead: int | None = None
    year: int | None = None

    def utc(self, at: Stamp) -> Stamp:
        """Return a time as UTC where that is known, as local time with a year, or as it is."""
        if at.way == "yearless" and self.year:
            day = datetime.fromtimestamp(at.seconds, tz=timezone.utc)
            try:
                at = Stamp("local", day.replace(year=self.year).timestamp())
            except ValueError:  # a day that this year does not have
                return at
        if at.way == "local" and self.ahead is not None:
            return Stamp("utc", at.seconds - self.ahead)
        return at


UNKNOWN = Zone()


def zone(logs: Iterable[Sequence[Line]]) -> Zone:
    """Return the zone that logs tell, each the lines of one speaker in their order."""
    found = [[at for line in log if (at := stamp(line.text))] for log in logs]
    years = {
        datetime.fromtimestamp(at.seconds, tz=timezone.utc).year
        for times in found
        for at in times
        if at.way != "yearless"
    }
    year = years.pop() if len(years) == 1 else None
    dated = ([Zone(year=year).utc(at) for at in times] for times in found)
    aheads = {
        ahead
        for times in dated
        for one, other in itertools.pairwise(times)
        if (ahead := _ahead(one, other)) is not None
    }
    return Zone(aheads.pop() if len(aheads) == 1 else None, year)


def is_since(one: Stamp, other: Stamp) -> bool:
    """Return whether another time is not before one.

    Of UTC and the local time of a zone that nobody tells, whether it is shortly after.
    """
    if one.way == other.way:
        return not other < one
    dated = "yearless" not in (one.way, other.way)
    return dated and (other.seconds - one.seconds) % _QUARTER <= _NEAR


def _ahead(one: Stamp, other: Stamp) -> int | None:
    """Return how far local time is ahead of UTC by two neighbours, None where they do not tell."""
    if {one.way, other.way} != {"utc", "local"}:
        return None
    local, utc = (one, other) if one.way == "local" else (other, one)
    between = local.seconds - utc.seconds
    quarters = round(between / _QUARTER) * _QUARTER
    return quarters if abs(between - quarters) <= _NEAR else None
