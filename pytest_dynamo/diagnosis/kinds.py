# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whose fault an error is by words that all programs use, where no known issue says why.

Theory of operation. A known issue is exact; this is not, and names a class alone. What one program
says in its own way (``phrases``) is asked first. The tables of general words are asked in their
order, since an error of the system is often quoted by one that sounds like a wrong value. What a
program says of a system call, a device or a value that it was given tells the class (``telling``);
where no line does, the file that raised the exception tells it (``frames``), and else what Python
calls the exception (``typed``). A ``RuntimeError`` tells nothing: then nobody is blamed.
"""

from __future__ import annotations

import functools
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.frames import by_file, of_its_own
from pytest_dynamo.diagnosis.phrases import fault_of
from pytest_dynamo.diagnosis.runtimes import MISTAKES
from pytest_dynamo.diagnosis.vocabulary import GIVEN, OWN, TABLE, TYPES, VARIABLE
from pytest_dynamo.diagnosis.words import PANIC, is_mild, lost_peers, without_ignored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_dynamo.known_issues import Fault
    from pytest_dynamo.watch.lines import Line

#: What a frontend answers to a client, which is nobody's end.
_ANSWER = re.compile(
    r"dynamo_llm::http::|\bhttp-request: |\b[Ee]rror loading (?:image|video|audio)\b"
)
#: A panic and what it says are so many lines apart at most.
_BETWEEN = 6
#: What lists all that may have been, and so tells nothing.
_POSSIBLE = re.compile(
    r"\bpotential root causes\b|\bpotentially because\b"
    r"|\b(?i:common causes|possible reasons) include\b"
)
#: A frame of a traceback and the code in it, but for what it asserts or raises.
_COMMENT = re.compile(
    # behind the label of a rank or of an actor, too, whose file may be called after a device
    r'(?:^|[\s\]:)])\s*File "[^"]+", line \d|(?:^|[\])\]:])\s*[~^]+\s*$'
    r"|^(?:\S.*\] |\[rank\d+\]:|\([^)]*\))?\s{4,}"
    r"(?:return|await|with|if|elif|for|while|[\w.]+\(|[\w.,\[\] ]+ = )"
)
#: Code that raises what the next lines of it say, and what the exception says then.
_RAISES = re.compile(r"\braise [\w.]+\(\s*$")


def telling(line: Line) -> Fault | None:
    """Return whose fault a line tells of by its words, None where they tell nothing.

    A mild line does not, nor does one that tells that others are gone.
    """
    return of_text(line.text)


@functools.lru_cache(maxsize=1024)  # a line is asked by several, and more than once by some
def of_text(text: str) -> Fault | None:
    """Return what ``telling`` does of a line with these words."""
    if is_mild(text) or lost_peers(text):
        return None
    if any(each.search(text) for each in (_COMMENT, _ANSWER, _POSSIBLE)):
        return None
    if fault := fault_of(text):
        return fault
    if OWN.search(text):
        return None
    return next((fault for fault, pattern in TABLE if pattern.search(text)), None)


def kind(lines: Sequence[Line], *, starting: bool = False) -> tuple[Line, Fault] | None:
    """Return the first line that tells whose fault it is, and whose; None where none does.

    ``starting`` is whether the deployment has not served yet.
    """
    said = list(without_ignored(lines))
    panicked = {
        after.text
        for line, after in pairwise(said)
        # in a log of several containers the lines of others stand between
        if PANIC in line.text and after.number - line.number <= _BETWEEN
    }
    mistaken = of_its_own(said)
    for line in said:
        # what a panic says sounds like a wrong value, and is one of the program's own
        own = line.text in panicked and not VARIABLE.search(line.text)
        if (fault := telling(line)) and not (fault == "config" and own):
            general = fault == "config" and fault_of(line.text) is None
            return line, "product" if general and line in mistaken else fault
    if raised := by_file(said):
        return raised
    typed = (
        (line, fault)
        for line in said
        if not is_mild(line.text) and (fault := _by_type(line.text, starting=starting))
    )
    if found := next(typed, None):
        return found
    # who panics with words that nobody knows has met what it holds to be impossible
    return next(((line, "product") for line in said if line.text in panicked), None)


def _by_type(text: str, *, starting: bool) -> Fault | None:
    """Return whose fault an exception tells of by its type alone."""
    if lost_peers(text) or _RAISES.search(text):
        return None
    if starting and GIVEN.search(text) and not OWN.search(text):
        return "config"
    return "product" if any(each.search(text) for each in (TYPES, OWN, MISTAKES)) else None
