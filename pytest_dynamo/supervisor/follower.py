# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Follows a log that is being written, at a cost that thousands of ranks can have.

Theory of operation. Of what was written since the last look, a screen picks in one go the lines
that tell of trouble or of a step; only they are made out. While it matters how far everyone is, the
latest line of each who spoke is made out too. What a rank said last is read from the end of its log
when somebody asks.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pytest_dynamo.supervisor import logfiles
from pytest_dynamo.watch.lines import LineReader

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pytest_dynamo.diagnosis.screen import Screen
    from pytest_dynamo.launch.plan import Process
    from pytest_dynamo.watch.lines import Line

_CHUNK = 256 * 1024
#: Logs that are read in one round: 4,096 of them have their turn within eight.
_AT_ONCE = 512
_Any = TypeVar("_Any")


@dataclass(slots=True)
class Follower:
    """One log; without a ``screen`` every line is worth being made out."""

    process: Process
    path: Path
    log: int
    reader: LineReader
    screen: Screen | None = None
    newlines: int = 0
    rest: bytes = b""

    @classmethod
    def of(cls, process: Process, path: Path, screen: Screen | None = None) -> Follower:
        """Return what follows the log of a process; the log is there."""
        one = process.ranks[0] if len(process.ranks) == 1 else None
        reader = LineReader(process.name, labelled=process.labelled, rank=one)
        return cls(process, path, os.open(path, os.O_RDONLY | os.O_CLOEXEC), reader, screen)

    @property
    def told(self) -> int:
        """How many bytes of the log have been looked at as lines."""
        return os.lseek(self.log, 0, os.SEEK_CUR) - self.reader.pending - len(self.rest)

    def read(self, *, attentive: bool = True, ended: bool = False) -> list[Line]:
        """Return what is worth looking at of the lines written since the last call.

        ``attentive`` adds the latest line of each who spoke, which shows how far they are;
        ``ended`` says that nothing more will come.
        """
        lines: list[Line] = []
        while data := os.read(self.log, _CHUNK):
            if self.screen is None:
                lines += self.reader.feed(data)
                continue
            block = self.rest + data
            cut = block.rfind(b"\n") + 1
            if cut or len(block) > _CHUNK:  # a line without end comes in pieces
                cut = cut or len(block)
                lines += self._worth(self.screen, block[:cut], attentive=attentive)
            elif attentive and (whole := block.rpartition(b"\r")[0]):  # of a progress bar
                lines += self.reader.whole(self.newlines + 1, whole)[-1:]
            self.rest = block[cut:]
        if ended:
            lines += self.reader.close()
            if self.rest and self.screen:
                rest, self.rest = self.rest, b""
                lines += self._worth(self.screen, rest, attentive=attentive)
        return lines

    def last_words(self, keep: int) -> list[Line]:
        """Return the last lines of each who speaks in the log, as far as it has been looked at."""
        found = logfiles.speakers(self.process)
        return logfiles.last_words(
            self.path,
            self.reader,
            found,
            keep=keep,
            newlines=self.newlines,
            upto=self.told,
            labels=logfiles.labels(found) if self.process.labelled else None,
        )

    def _worth(self, screen: Screen, block: bytes, *, attentive: bool) -> list[Line]:
        first = self.newlines + 1
        self.newlines += block.count(b"\n")
        found = dict(screen.pick(block))
        if attentive:
            raw = block.removesuffix(b"\n").split(b"\n")
            # whoever a label tells, or all as one: of equal keys the last one stays
            last = {
                line.partition(b": ")[0] if self.process.labelled else b"": number
                for number, line in enumerate(raw)
            }
            found |= {number: raw[number] for number in last.values()}
        return [line for at in sorted(found) for line in self.reader.whole(first + at, found[at])]


class Turns:
    """Says who of many is to be looked at now, so that each has its turn."""

    def __init__(self) -> None:
        self._next = 0

    def due(self, found: Sequence[_Any]) -> list[_Any]:
        """Return them all where they are few, else the next of them."""
        if len(found) <= _AT_ONCE:
            return list(found)
        at, self._next = self._next, (self._next + _AT_ONCE) % len(found)
        return [*found[at:], *found[:at]][:_AT_ONCE]
