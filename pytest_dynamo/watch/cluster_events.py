# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What ``kubectl get`` tells of pods, in tables of their events and of their states."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_dynamo.watch.tables import Table, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: The heads of the tables, and with ``--all-namespaces``.
HEADS = ("LAST SEEN ", "NAME ", "NAMESPACE ")
#: A row of a table of events, whose head may have been cut off, and that head.
_ROW = re.compile(r"(?:\S+ +){1,2}(?:Normal|Warning) +\w+ +[Pp]od/\S+ ")
_HEAD = re.compile(rf"(?:NAMESPACE +)?LAST SEEN +TYPE +REASON +OBJECT\b|{_ROW.pattern}")
#: Where Kubernetes placed a pod.
_PLACED = re.compile(r"\bSuccessfully assigned (?:[^\s/]+/)?(?P<pod>\S+) to (?P<node>\S+)")
#: A pod, or what makes pods and cannot make one.
_POD = re.compile(
    r"(?P<text>(?:(?:Normal|Warning) +\w+ +[Pp]od|Warning +FailedCreate +\w+)/"
    r"(?P<name>[a-z0-9][a-z0-9.-]*) .*)"
)
_STATES = re.compile(r"(?:NAMESPACE +)?NAME +READY +STATUS +RESTARTS\b")
#: A pod that cannot be started, and whose state tells why.
_CANNOT = re.compile(
    r"^(?:[a-z0-9-]+ +)?(?P<text>(?P<name>[a-z0-9][a-z0-9.-]*) +\d+/\d+ +(?:Init:)?"
    r"(?:ErrImage\w+|ImagePullBackOff|InvalidImageName|\w+ConfigError|RunContainerError|OOMKilled"
    r"|Evicted|\w+AdmissionError|OutOf\w+|NodeAffinity) .*)"
)
#: Between the columns of a table, in which single blanks may stand.
_COLUMNS = re.compile(r" {2,}")
#: How far ``kubectl describe`` writes an event in.
_INDENT = "  "


def events(lines: Sequence[str]) -> Table | None:
    """Return what a file tells of pods, None when it is no table of events.

    The head may have been cut off. It tells on which node each pod was placed.
    """
    found = table(lines, _HEAD, _POD, _INDENT)
    placed = (match for line in lines if (match := _PLACED.search(line)))
    nodes = tuple((each["pod"], each["node"]) for each in placed)
    return replace(found, nodes=nodes) if found else None


def is_event(line: str) -> bool:
    """Return whether a line is a row of a table of events of pods."""
    return _ROW.match(line) is not None


def states(lines: Sequence[str]) -> Table | None:
    """Return what a file tells of pods that cannot be started, None when it is no such table.

    With ``-o wide`` it tells on which node each pod runs.
    """
    found = table(lines, _STATES, _CANNOT)
    return replace(found, nodes=tuple(_nodes(lines))) if found else None


def _nodes(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    columns: list[str] = []
    for line in lines:
        words = _COLUMNS.split(line.strip())
        if _STATES.match(line):
            columns = words
        elif "NODE" in columns and len(words) == len(columns):
            row = dict(zip(columns, words, strict=True))
            if row["NODE"] != "<none>":
                yield row["NAME"], row["NODE"]
