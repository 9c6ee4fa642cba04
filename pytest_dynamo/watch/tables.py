# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A table that somebody else keeps, each row of which tells of one object, and what its rows say.

Theory of operation. A row that matches has two groups: ``name``, the object that it is about, and
``text``, what it says. A table tells no exit status.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.watch.lines import MAX_LINE, Line, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


#: How a shell asks for a command.
_PROMPT = re.compile(r"\s*(?:\S*[$#%>]|\[[^\]]*\][$#]) \w")


@dataclass(frozen=True, slots=True)
class Table:
    """The objects that a table is about, called as pods are, and the pattern of its rows.

    ``indent`` stands before each text, and ``nodes`` are those of pods, as far as it tells them.
    """

    row: re.Pattern[str]
    pods: tuple[str, ...]
    indent: str = ""
    ended: tuple[tuple[str, int], ...] = ()
    nodes: tuple[tuple[str, str], ...] = ()

    def teller(self, whose: Mapping[str | None, tuple[str, int | None]]) -> RowTeller:
        """Return what makes lines of the file; ``whose`` are the processes of the objects."""
        return RowTeller(self, whose)


def is_prompt(line: str) -> bool:
    """Return whether a line is a command that a person typed, behind a shell's prompt."""
    return _PROMPT.match(line) is not None


def first_line(lines: Iterable[str]) -> str:
    """Return the first line that says something; a person may have kept the command before it."""
    return next((line for line in lines if line.strip() and not _PROMPT.match(line)), "")


def table(
    lines: Sequence[str], head: re.Pattern[str], row: re.Pattern[str], indent: str = ""
) -> Table | None:
    """Return what a file tells, None when it does not begin with the head of such a table."""
    if not head.match(first_line(lines)):
        return None
    found = (match["name"] for line in lines if (match := row.search(line)))
    return Table(row, tuple(dict.fromkeys(found)), indent)


@dataclass(frozen=True, slots=True)
class RowTeller:
    """Makes lines of rows; ``whose`` are the processes of what they are about."""

    table: Table
    whose: Mapping[str | None, tuple[str, int | None]]

    def whole(self, number: int, data: bytes) -> list[Line]:
        """Return the row, as a line that is told of its object."""
        match = self.table.row.search(shown(data[:MAX_LINE]))
        who = self.whose.get(match["name"]) if match else None
        if match is None or who is None:
            return []
        return [Line(who[0], None, number, f"{self.table.indent}{match['text']}")]
