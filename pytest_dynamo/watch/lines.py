# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Bytes of a log to lines, each with its number and the rank that said it."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: What shows nothing: terminal sequences, which both eras of Dynamo write into files too, and
#: control characters, such as the NUL bytes of a log that lies on NFS. Tabs stay.
_UNSHOWN = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*[0-Z\\^-~]"
    r"|[\x00-\x08\x0a-\x1f\x7f-\x9f]"
)
#: ``srun --label`` writes ``%*d: `` as wide as the digits of the largest rank (20.11 to 25.05).
_LABEL = re.compile(r" *(\d{1,6}): (.*)", re.DOTALL)
#: A longer line comes in pieces of so many bytes, so that memory stays bounded. ``srun --label``
#: itself cuts at 1023 bytes.
MAX_LINE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a process's log; ``number`` counts newlines from 1, as editors do."""

    process: str
    rank: int | None
    number: int
    text: str


def shown(piece: bytes) -> str:
    """Return what a piece of a log shows."""
    text = piece.decode("utf-8", "replace")
    return text if text.isprintable() else _UNSHOWN.sub("", text)


class LineReader:
    """Cuts the bytes of one log into lines; how the bytes arrive does not matter.

    A carriage return ends a line too, since progress bars are written with it; it does not count
    as a line for the number, and ``srun`` puts no label after it. Lines that show nothing are left
    out. In a labelled log, what has no label is said by ``srun`` and by no rank.
    """

    def __init__(self, process: str, *, labelled: bool = False, rank: int | None = None) -> None:
        self.process = process
        self.labelled = labelled
        self.rank = None if labelled else rank
        self._number = 1
        self._speaker = self.rank
        self._begun = False  # whether a piece of the present line was seen, with its label
        self._rest = b""

    def feed(self, data: bytes) -> list[Line]:
        """Return the lines that ``data`` completes."""
        lines: list[Line] = []
        *whole, rest = (self._rest + data).split(b"\n")
        for each in whole:
            for piece in each.split(b"\r"):
                lines += self._lines(piece)
            self._number += 1
            self._speaker, self._begun = self.rank, False
        *over, rest = rest.split(b"\r")
        for piece in over:
            lines += self._lines(piece)
        excess = len(rest) // MAX_LINE * MAX_LINE
        self._rest = rest[excess:]
        return lines + self._lines(rest[:excess])

    @property
    def pending(self) -> int:
        """How many bytes wait for the rest of their line."""
        return len(self._rest)

    def whole(self, number: int, data: bytes) -> list[Line]:
        """Return the lines of one line of the log, which is the ``number``-th, out of its turn."""
        self._number, self._speaker, self._begun = number, self.rank, False
        return [line for piece in data.split(b"\r") for line in self._lines(piece)]

    def close(self) -> list[Line]:
        """Return the last line if it was not ended."""
        rest, self._rest = self._rest, b""
        return self._lines(rest)

    def _lines(self, piece: bytes) -> list[Line]:
        if len(piece) <= MAX_LINE:
            line = self._line(piece)
            return [line] if line else []
        parts = (piece[at : at + MAX_LINE] for at in range(0, len(piece), MAX_LINE))
        return [line for part in parts if (line := self._line(part))]

    def _line(self, piece: bytes) -> Line | None:
        if not piece:
            return None
        text = shown(piece)
        if self.labelled and not self._begun and (match := _LABEL.fullmatch(text)):
            self._speaker, text = int(match[1]), match[2]
        self._begun = True
        if not text or text.isspace():
            return None
        return Line(self.process, self._speaker, self._number, text)
