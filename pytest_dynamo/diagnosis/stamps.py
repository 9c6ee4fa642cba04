# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The time that a line bears, in the ways of all who write into these logs.

Times of different ways do not compare as they are: Rust writes UTC, the others the local time of
their node, some without the year (``zones``).
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal

Way = Literal["utc", "local", "yearless"]

#: Dynamo's runtime, milliseconds in old releases and microseconds in new ones.
_UTC = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z")
#: Python's logging, etcd and vLLM with a year; Slurm's own has a T between.
_LOCAL = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?![\dZ])")
#: TensorRT-LLM: ``[11/21/2026-09:19:49] [TRT-LLM] [E]``; nats-server: ``2026/11/21 09:19:49.7``.
_AMERICAN = re.compile(r"\[(\d\d)/(\d\d)/(\d{4})-(\d\d):(\d\d):(\d\d)\]")
_SLASHES = re.compile(r"\b(\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?")
#: vLLM: ``ERROR 11-21 09:19:49 [core.py:1]``; glog, as NIXL has it: ``E1121 09:19:49.741499``.
_YEARLESS = re.compile(
    r"\b(?:[EFIW]|(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) )(\d\d)-?(\d\d) (\d\d):(\d\d):(\d\d)"
    r"(?:\.(\d{1,9}))?"
)
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
    if match := _UTC.search(head):
        return _stamp("utc", *match.groups())
    if match := _LOCAL.search(head) or _SLASHES.search(head):
        return _stamp("local", *match.groups())
    if match := _AMERICAN.search(head):
        month, day, year, *rest = match.groups()
        return _stamp("local", year, month, day, *rest)
    if match := _YEARLESS.search(head):
        return _stamp("yearless", _LEAP, *match.groups())
    return None


def _stamp(way: Way, *parts: str | None) -> Stamp | None:
    year, month, day, hour, minute, second, *fraction = (part or "0" for part in parts)
    try:
        whole = datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second),
            tzinfo=timezone.utc,
        )  # fmt: skip
    except ValueError:  # no date of any calendar
        return None
    digits = fraction[0] if fraction else "0"
    return Stamp(way, whole.timestamp() + int(digits) / 10 ** len(digits))
