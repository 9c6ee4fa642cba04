# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a diagnosis says: who, what, when, whose fault, where to look and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from pytest_dynamo.known_issues import Fault  # noqa: TC001 - the schema of the report asks for it

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: How sure a diagnosis is of its class. ``high``: a known issue says why, or Slurm, or who watched.
#: ``medium``: the kind of the error or the way of the end tells, or a known issue of what its
#: writer met with in somebody else, as an address where nobody answers. ``low``: nothing tells, or
#: several causes contend; the class is then ``unknown``, but for who ended without a word.
Confidence = Literal["high", "medium", "low"]

#: Last lines of the culprit that are shown, and how much of a line is quoted.
SAID = 5
LONGEST = 300
#: Names shown of what followed.
_SHOWN = 8
_LISTS = ("said", "excluded", "also", "dismissed")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The first cause of a failure; ``kind`` is ``unknown`` where none was found.

    ``where`` is what a person looks for ("rank 5 of decode0 on node2"), and ``worker``, ``role``,
    ``rank`` and ``node`` the same for a program. ``evidence`` is a place in a log, ``known_issue``
    the code of what was recognised there, ``said`` the last lines of the culprit, ``excluded`` what
    also ended and is an echo, ``also`` what ended besides and is none, ``dismissed`` what looked
    like a cause and why it is none, and ``exclude_node`` the node to leave out the next time;
    ``confidence`` is how sure the class is.
    """

    phase: str
    kind: str
    where: str
    what: str
    fault: Fault
    evidence: str | None = None
    remedy: str | None = None
    said: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    known_issue: str | None = None
    worker: str | None = None
    role: str | None = None
    rank: int | None = None
    node: str | None = None
    exclude_node: str | None = None
    dismissed: tuple[str, ...] = ()
    confidence: Confidence = "high"

    def render(self) -> str:
        """Return what a terminal shows, once."""
        lines = [f"{self.where}: {self.what}", f"  phase: {self.phase}, fault: {self.fault}"]
        if self.known_issue:
            lines[-1] += f", known issue: {self.known_issue}"
        if self.confidence != "high":
            lines[-1] += f", confidence: {self.confidence}"
        if self.evidence:
            lines.append(f"  evidence: {self.evidence}")
        lines += [f"  | {line}" for line in self.said]
        if self.also:
            lines.append(f"  ended besides: {_some(self.also)}")
        if self.excluded:
            lines.append(f"  followed by: {_some(self.excluded)}")
        if self.kind == "unknown":
            lines += [f"  no cause: {each}" for each in self.dismissed[:_SHOWN]]
        if self.remedy:
            lines.append(f"  remedy: {self.remedy}")
        if self.exclude_node:
            lines.append(f"  leave out: {self.exclude_node} (--exclude={self.exclude_node})")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:  # Any: a JSON object
        """Return what ``deployment.json`` holds."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Diagnosis:
        """Return the diagnosis that ``to_dict`` was called on, also by an earlier release."""
        lists = {key: tuple(data.get(key, ())) for key in _LISTS}
        return cls(**{**data, **lists})


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
