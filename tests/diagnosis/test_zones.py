# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.diagnose import diagnose
from pytest_dynamo.diagnosis.stamps import Stamp, stamp
from pytest_dynamo.diagnosis.zones import UNKNOWN, Zone, is_since, zone
from pytest_dynamo.watch.lines import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan

AT = datetime(2026, 11, 21, 9, 19, 49, tzinfo=timezone.utc).timestamp()
UTC = "2026-11-21T09:19:49.000000Z ERROR dynamo_runtime: a"
LOCAL = "[11/21/2026-{time}] [TRT-LLM] [E] a"
YEARLESS = "ERROR 11-21 {time} [core.py:1] a"


def log(*texts: str) -> tuple[Line, ...]:
    return tuple(Line("p", 0, at, text) for at, text in enumerate(texts, start=1))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((UTC, LOCAL.format(time="09:19:48")), Zone(0, 2026)),
        ((LOCAL.format(time="01:19:50"), "b", UTC), Zone(-8 * 3600, 2026)),
        ((UTC, YEARLESS.format(time="15:04:49")), Zone(5 * 3600 + 45 * 60, 2026)),
        # too far from each other to tell, several zones, none, and no year
        ((UTC, LOCAL.format(time="09:25:48")), Zone(None, 2026)),
        ((UTC, LOCAL.format(time="09:19:48"), UTC, LOCAL.format(time="10:19:48")),
         Zone(None, 2026)),
        ((UTC, UTC), Zone(None, 2026)),
        ((UTC, UTC.replace("2026", "2027")), Zone(None, None)),
        ((YEARLESS.format(time="09:19:48"),), UNKNOWN),
    ],
)  # fmt: skip
def test_neighbours_tell_the_zone(texts: tuple[str, ...], expected: Zone) -> None:
    assert zone([log(*texts)]) == expected


@pytest.mark.parametrize(
    "text", [UTC, LOCAL.format(time="10:19:49"), YEARLESS.format(time="10:19:49")]
)
def test_times_of_all_ways_are_comparable_in_a_known_zone(text: str) -> None:
    found = stamp(text)

    assert found
    assert Zone(3600, 2026).utc(found).seconds == AT
    assert Zone(3600, 2026).utc(found).way == "utc"
    assert UNKNOWN.utc(found) == found


def test_a_day_that_the_year_does_not_have_stays_as_it_is() -> None:
    leap = stamp("ERROR 02-29 09:19:49 [core.py:1] a")

    assert leap
    assert Zone(0, 2026).utc(leap) == leap


@pytest.mark.parametrize(("shown", "expected"), [("09:19:40", "prefill0"), ("", "decode0")])
def test_who_was_first_is_told_across_the_ways_to_write_a_time(
    plan: LaunchPlan, spoken: Callable[..., Evidence], shown: str, expected: str
) -> None:
    neighbours = LOCAL.replace("[E]", "[I]").format(time=shown) if shown else "b"
    logs = {
        "decode0-rank0": f"{UTC}\n{neighbours}\nRuntimeError: No CUDA GPUs are available\n",
        "prefill0-rank0": f"{LOCAL.format(time='09:19:30')}\nRuntimeError: CUDA out of memory\n",
    }

    found = diagnose(plan, None, [], spoken(plan, logs))

    assert found
    assert found.worker == expected


@pytest.mark.parametrize(
    ("one", "other", "since"),
    [
        (Stamp("utc", 900.0), Stamp("utc", 900.0), True),
        (Stamp("utc", 900.0), Stamp("utc", 899.0), False),
        (Stamp("local", 900.0), Stamp("utc", 29_703.0), True),
        (Stamp("local", 900.0), Stamp("utc", 29_697.0), False),
        (Stamp("yearless", 900.0), Stamp("utc", 903.0), False),
    ],
)
def test_what_is_since_another_time_is_told_of_zones_that_nobody_names(
    one: Stamp, other: Stamp, *, since: bool
) -> None:
    assert since == is_since(one, other)
