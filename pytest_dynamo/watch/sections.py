# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What somebody got from several nodes, one after another, into one file.

Theory of operation. A loop over nodes heads what each answers with the name of it, by hand or as
``tail`` does: ``### node7``, ``== node7 GPU 0``, ``==> node7 <==``. All lines behind a heading are
of its node, up to the next. And ``pdsh`` puts the name before each line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.watch.lines import MAX_LINE, Line, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: The name of a node has a digit in it, and what else is said stands around it.
_HEADING = re.compile(
    r"\s*(?:#+|={2,}>?|-{2,}>?|\*{2,}|>{2,})\s*"
    r"(?:(?:dmesg|kernel|log|nvidia-smi|-\w+|host(?:name)?|node|on|of|from):? +)*"
    r"(?P<host>[A-Za-z][\w.-]*\d[\w-]*)(?:[ :)].*)?"
)
#: What stands before a line of a kernel where several nodes answer at once.
_HOST = re.compile(r"(?P<host>[A-Za-z][\w.-]*\d[\w-]*): (?=\[|kernel: |NVRM: )")
#: The share of lines that bear one then.
_MOST = 0.8


@dataclass(frozen=True, slots=True)
class Sections:
    """Where the section of each node begins: the numbers of lines, in order, and the nodes."""

    begins: tuple[int, ...]
    hosts: tuple[str, ...]
    prefixed: bool = False

    @property
    def streams(self) -> tuple[str, ...]:
        """What each node says, called as in a journal."""
        return tuple(dict.fromkeys(map(_called, self.hosts)))

    def teller(self, whose: Mapping[str | None, tuple[str, int | None]]) -> SectionTeller:
        """Return what makes lines of the file; ``whose`` are the processes of the nodes."""
        return SectionTeller(self, whose)


def sections(lines: Iterable[str]) -> Sections | None:
    """Return the sections of a file, None where no line of it heads one."""
    every = [*lines]
    prefixed = without_host(every) is not None
    found = [
        (number, match["host"])
        for number, line in enumerate(every, 1)
        if (match := (_HOST.match(line) if prefixed else _HEADING.fullmatch(line.rstrip())))
    ]
    if not found:
        return None
    begins, hosts = zip(*found, strict=True)
    return Sections(begins, hosts, prefixed)


def without_host(lines: Sequence[str]) -> list[str] | None:
    """Return lines without the name of a node before each, None if most of them bear none."""
    said = [line for line in lines if line.strip()]
    rest = [line[match.end() :] for line in said if (match := _HOST.match(line))]
    return rest if rest and len(rest) >= _MOST * len(said) else None


def _called(host: str) -> str:
    return f"{host} kernel"


@dataclass(frozen=True, slots=True)
class SectionTeller:
    """Makes lines of what stands in a section; ``whose`` are the processes of the nodes."""

    sections: Sections
    whose: Mapping[str | None, tuple[str, int | None]]

    def whole(self, number: int, data: bytes) -> list[Line]:
        """Return the line, as one of the node in whose section it stands; before them is nobody."""
        at = bisect_right(self.sections.begins, number) - 1
        who = self.whose.get(_called(self.sections.hosts[at])) if at >= 0 else None
        text = shown(data[:MAX_LINE])
        if self.sections.prefixed:
            text = _HOST.sub("", text, count=1)
        return [Line(*who, number, text)] if who and text.strip() else []
