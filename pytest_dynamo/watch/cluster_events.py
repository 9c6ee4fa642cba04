# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What ``kubectl get events`` tells of pods: a table, each line of which is about one object."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.watch.lines import MAX_LINE, Line, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: The head of the table, and with ``--all-namespaces``.
HEADS = (b"LAST SEEN ", b"NAMESPACE ")
_HEAD = re.compile(r"(?:NAMESPACE +)?LAST SEEN +TYPE +REASON +OBJECT\b")
_POD = re.compile(r"(?P<text>(?:Normal|Warning) +\w+ +[Pp]od/(?P<pod>[a-z0-9][a-z0-9.-]*) .*)")


@dataclass(frozen=True, slots=True)
class Events:
    """The events of a cluster: the pods that they are about; no event tells an exit status."""

    pods: tuple[str, ...]
    ended: tuple[tuple[str, int], ...] = ()

    def teller(self, whose: Mapping[str | None, tuple[str, int | None]]) -> EventTeller:
        """Return what makes lines of the file; ``whose`` are the processes of the pods."""
        return EventTeller(whose)


def events(lines: Sequence[str]) -> Events | None:
    """Return what a file tells of pods, None when it is no table of events."""
    first = next((line for line in lines if line.strip()), "")
    if not _HEAD.match(first):
        return None
    found = (match["pod"] for line in lines if (match := _POD.search(line)))
    return Events(tuple(dict.fromkeys(found)))


@dataclass(frozen=True, slots=True)
class EventTeller:
    """Makes lines of events; ``whose`` are the processes of their pods."""

    whose: Mapping[str | None, tuple[str, int | None]]

    def whole(self, number: int, data: bytes) -> list[Line]:
        """Return the line, as that of its pod and as ``kubectl describe`` writes it."""
        match = _POD.search(shown(data[:MAX_LINE]))
        who = self.whose.get(match["pod"]) if match else None
        return [Line(who[0], None, number, f"  {match['text']}")] if match and who else []
