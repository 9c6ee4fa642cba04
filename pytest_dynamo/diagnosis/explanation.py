# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the last words of a process mean: whose fault its end is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.words import LAST_WORDS, TRACEBACK, tells_of_error
from pytest_dynamo.watch.observations import signal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_dynamo.known_issues import Fault, Issue
    from pytest_dynamo.watch.lines import Line

    Match = Callable[[str], Issue | None]

#: SIGHUP, SIGINT, SIGQUIT, SIGKILL and SIGTERM are sent by someone else; the other signals are
#: what a process does to itself.
_FROM_OUTSIDE = frozenset({1, 2, 3, 9, 15})
_SIGBUS = 7
_NOT_FOUND = frozenset({126, 127})  # as a shell, ``env`` and ``srun`` say it


@dataclass(frozen=True, slots=True)
class Explanation:
    """The line that says most about an end, what it means, and the known issue it is of."""

    line: Line | None
    fault: Fault
    remedy: str | None
    issue: Issue | None = None

    @property
    def is_root(self) -> bool:
        """Whether a line says why, rather than that."""
        return self.issue is not None and self.issue.role == "root"

    @property
    def is_symptom(self) -> bool:
        """Whether a line says why where nothing else does."""
        return self.issue is not None and self.issue.role == "symptom"

    @property
    def is_echo(self) -> bool:
        """Whether the lines tell no more than that others are gone."""
        return self.issue is not None and self.issue.role == "echo"


def from_outside(code: int | None) -> bool:
    """Return whether someone else sent the signal that ended a process."""
    return code is not None and signal_of(code) in _FROM_OUTSIDE


def explain(
    lines: Sequence[Line], others: Sequence[Line], code: int | None, match: Match
) -> Explanation:
    """Return what explains an end.

    ``lines`` are the culprit's own; ``others`` what was said about it, asked second. A process that
    a signal from outside ended, or that ended well, said its reason last or not at all; any other
    said it in the first line that can be a cause. What only tells that something ended counts where
    nothing says why.
    """
    quiet = code == 0 or from_outside(code)
    own = list(lines[-LAST_WORDS:] if quiet else lines)
    matched = [(line, issue) for line in (*own, *others) if (issue := match(line.text))]
    for role in ("root", "symptom", "confirmation", "echo"):
        for line, issue in matched:
            if issue.role == role and (role != "echo" or line in own):
                return Explanation(line, issue.fault, issue.hint, issue)
    error = _telling(own)
    if from_outside(code):
        remedy = "find who sent the signal: the kernel's out-of-memory killer, Slurm, a person"
        return Explanation(error, "infrastructure", remedy)
    if code is not None and signal_of(code) == _SIGBUS:
        remedy = "enlarge /dev/shm, or free memory on this node"
        return Explanation(error, "infrastructure", remedy)
    if code in _NOT_FOUND:
        return Explanation(error, "config", "install the program, or correct its path")
    return Explanation(error, "product", None)


def _telling(lines: Sequence[Line]) -> Line | None:
    """Return the last error; of a traceback that is the line which names the exception."""
    errors = [line for line in lines if tells_of_error(line.text)]
    named = [line for line in errors if not TRACEBACK.search(line.text)]
    best = named or errors
    return best[-1] if best else None
