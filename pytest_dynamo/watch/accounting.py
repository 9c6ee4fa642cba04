# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a table of ``sacct`` tells of steps that are called after their workers.

Of all states two say why: ``OUT_OF_MEMORY``, of which the log of a step often holds no word since
who was killed said nothing, and ``NODE_FAIL``. The others say how, which the logs say themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.watch.lines import MAX_LINE, Line, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: The head of the table, without the blanks before it.
HEAD = b"JobID"
_HEAD = re.compile(r"\s*JobID(?:Raw)?[\s|].*\bState\b")
#: A step, by the name that ``srun --job-name`` gave it; ``sacct`` cuts what is too wide.
_ROW = re.compile(
    r"\s*(?P<row>\d+\.\d+[\s|]+(?P<name>\w*(?:prefill|decode|agg|ctx|gen)[\w-]*)[\s|]"
    r".*\b(?:OUT_OF_ME(?:MORY|\+)|NODE_FAIL)(?=[\s|]|$).*)"
)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The steps of which a table says why they ended, by their names, as if they were pods."""

    pods: tuple[str, ...]
    ended: tuple[tuple[str, int], ...] = ()

    def teller(self, whose: Mapping[str | None, tuple[str, int | None]]) -> AccountTeller:
        """Return what makes lines of the file; ``whose`` are the processes of the steps."""
        return AccountTeller(whose)


def accounts(lines: Sequence[str]) -> Accounts | None:
    """Return what a file tells of steps, None when it is no table, or says of none why it ended."""
    first = next((line for line in lines if line.strip()), "")
    if not _HEAD.match(first):
        return None
    found = tuple(dict.fromkeys(match["name"] for line in lines if (match := _ROW.match(line))))
    return Accounts(found) if found else None


@dataclass(frozen=True, slots=True)
class AccountTeller:
    """Makes lines of rows; ``whose`` are the processes of their steps."""

    whose: Mapping[str | None, tuple[str, int | None]]

    def whole(self, number: int, data: bytes) -> list[Line]:
        """Return the row, as a line that is told of its step."""
        match = _ROW.match(shown(data[:MAX_LINE]))
        who = self.whose.get(match["name"]) if match else None
        return [Line(who[0], None, number, match["row"].strip())] if match and who else []
