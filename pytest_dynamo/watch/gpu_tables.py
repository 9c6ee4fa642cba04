# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Tables that ``nvidia-smi --query-gpu --format=csv -l`` writes: which GPU of a node slows down.

Theory of operation. A GPU that is too hot, or short of power, lowers its clock to a fifth and goes
on: no log tells, and every rank waits for its own in each step. An idle one lowers its clock too.
So one counts whose clock is below half of that of most GPUs beside it, in several rows to the end
of the table, while it is at work, or while the driver names the reason.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: How such a table begins, and the columns that tell.
_HEAD = re.compile(rb"timestamp, (?=.*\bindex\b)(?=.*\bclocks\.(?:current\.)?(?:sm|gr|graphics)\b)")
_CLOCK = re.compile(r"clocks\.(?:current\.)?(?:sm|gr|graphics)\b")
_REASON = re.compile(r"\bhw_(?:thermal_|power_brake_)?slowdown\b")
_NODE = frozenset({"host", "hostname", "node"})
_INDEX, _USE = re.compile(r"index\b"), re.compile(r"utilization\.gpu\b")
_NUMBER = re.compile(r"\d{1,9}")
#: Rows of one GPU in a row, and the share of the clock of others, and of its time at work.
_ROWS, _SHARE, _BUSY = 3, 0.5, 50
#: GPUs beside one, at least: of two nobody knows which is right.
_BESIDE = 2


@dataclass(frozen=True, slots=True)
class SlowGpu:
    """A GPU that slows down: its number on its node, its clock and that of the others in MHz.

    ``node`` is None where the table is of one node, which it does not name.
    """

    log: str
    line: int
    gpu: int
    mhz: int
    others_mhz: int
    row: str
    node: str | None = None


def is_table(head: bytes) -> bool:
    """Return whether a file that begins like this is such a table."""
    return _HEAD.match(head) is not None


def slow_gpus(lines: Iterable[str], name: str) -> list[SlowGpu]:
    """Return which GPUs of the node slow down at the end of a table, of which ``lines`` are all."""
    seen: dict[tuple[str | None, int], deque[tuple[int, int, bool, str]]] = {}
    for number, where, mhz, at_work, row in _rows(lines):
        seen.setdefault(where, deque(maxlen=_ROWS)).append((number, mhz, at_work, row))
    last = {where: rows[-1][1] for where, rows in seen.items()}
    found = []
    for (node, gpu), rows in seen.items():
        others = [mhz for other, mhz in last.items() if other[0] == node and other[1] != gpu]
        if len(others) < _BESIDE or len(rows) < _ROWS:
            continue
        most = median(others)
        if all(at_work and mhz < _SHARE * most for _, mhz, at_work, _ in rows):
            number, mhz, _, row = rows[-1]
            found.append(SlowGpu(name, number, gpu, mhz, int(most), row, node))
    return found


def _rows(
    lines: Iterable[str],
) -> Iterator[tuple[int, tuple[str | None, int], int, bool, str]]:
    """Yield the number of each line, the node and GPU, its clock in MHz, and whether it works."""
    columns: list[str] = []
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in line.split(",")]
        if not columns:
            columns = cells
            continue
        row = dict(zip(columns, cells, strict=False))
        gpu, mhz = _number(row, _INDEX), _number(row, _CLOCK)
        if gpu is not None and mhz is not None:
            node = next((value for column, value in row.items() if column in _NODE), None)
            yield number, (node, gpu), mhz, _at_work(row), ", ".join(cells)


def _at_work(row: Mapping[str, str]) -> bool:
    """Return whether a GPU works, or the driver tells that it is slowed down."""
    reasons = [value for name, value in row.items() if _REASON.search(name)]
    use = _number(row, _USE)
    return "Active" in reasons or (use is not None and use >= _BUSY)


def _number(row: Mapping[str, str], column: re.Pattern[str]) -> int | None:
    value = next((value for name, value in row.items() if column.match(name)), "")
    found = _NUMBER.match(value)
    return int(found[0]) if found else None
