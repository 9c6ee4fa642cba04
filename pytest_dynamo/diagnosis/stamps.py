# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The time that a line bears, in the ways of all who write into these logs.

Times of different ways do not compare as they are: Rust writes UTC, and who tells a zone is taken
by it; the others write the local time of their node, some without the year (``zones``).
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal

Way = Literal["utc", "local", "yearless"]

_CLOCK = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
_PART = r"(?:[.,](?P<part>\d{1,9}))?"
_DATE = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
_WAYS: tuple[tuple[Way, re.Pattern[str]], ...] = (
    # Dynamo's runtime, milliseconds in old releases and microseconds in new ones
    ("utc", re.compile(rf"{_DATE}T{_CLOCK}{_PART}Z")),
    # ``dmesg --time-format iso`` and ``journalctl -o short-iso``, with what their zone is ahead
    (
        "utc",
        re.compile(
            rf"\b{_DATE}T{_CLOCK}{_PART}(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)(?!\d)"
        ),
    ),
    # Python's logging, etcd and vLLM with a year; Slurm's own has a T between
    ("local", re.compile(rf"\b{_DATE}[ T]{_CLOCK}{_PART}(?![\dZ])")),
    # nats-server: ``2026/11/21 09:19:49.7``
    ("local", re.compile(rf"\b{_DATE} {_CLOCK}{_PART}".replace("-", "/"))),
    # TensorRT-LLM: ``[11/21/2026-09:19:49] [TRT-LLM] [E]``
    ("local", re.compile(rf"\[(?P<month>\d\d)/(?P<day>\d\d)/(?P<year>\d{{4}})-{_CLOCK}\]")),
    # vLLM: ``ERROR 11-21 09:19:49 [core.py:1]``; glog, as NIXL has it: ``E1121 09:19:49.741499``
    (
        "yearless",
        re.compile(
            r"\b(?:[EFIW]|(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) )"
            rf"(?P<month>\d\d)-?(?P<day>\d\d) {_CLOCK}{_PART}"
        ),
    ),
    # ``dmesg -T``: ``[Sat Nov 21 09:19:49 2026] NVRM: Xid``
    (
        "local",
        re.compile(
            rf"\[[A-Z][a-z]{{2}} (?P<name>[A-Z][a-z]{{2}}) {{1,2}}(?P<day>\d{{1,2}}) {_CLOCK} "
            r"(?P<year>\d{4})\]"
        ),
    ),
)
#: UCX: ``[1795252789.741499] [n1:4711:0] ib_mlx5_log.c:171 UCX  ERROR``, seconds since 1970.
_EPOCH = re.compile(r"(?:^|\s)\[(1[4-9]\d{8}\.\d{1,9})\]")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: Slurm tells last of a step when it cancelled it, behind the name of a node.
_NEAR = 120
#: Any year that has all days.
_LEAP = "2000"


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """A time in seconds, and in which way it was written."""

    way: Way
    seconds: float


def stamp(text: str) -> Stamp | None:
    """Return the time that a line bears near its beginning, None when it bears none."""
    return _at(text[:_NEAR])


@functools.lru_cache(maxsize=4096)  # the same lines are asked again and again
def _at(head: str) -> Stamp | None:
    for way, pattern in _WAYS:
        if match := pattern.search(head):
            return _stamp(way, {name: told or "0" for name, told in match.groupdict().items()})
    match = _EPOCH.search(head)
    return Stamp("utc", float(match[1])) if match else None


def _stamp(way: Way, told: dict[str, str]) -> Stamp | None:
    try:
        whole = datetime(
            int(told.get("year", _LEAP)),
            _MONTHS.index(told["name"]) + 1 if "name" in told else int(told["month"]),
            int(told["day"]), int(told["hour"]), int(told["minute"]), int(told["second"]),
            tzinfo=timezone.utc,
        )  # fmt: skip
    except ValueError:  # no date of any calendar
        return None
    part = told.get("part", "0")
    ahead_s = int(told.get("hours", 0)) * 3600 + int(told.get("minutes", 0)) * 60
    if told.get("sign") == "-":
        ahead_s = -ahead_s
    return Stamp(way, whole.timestamp() + int(part) / 10 ** len(part) - ahead_s)
