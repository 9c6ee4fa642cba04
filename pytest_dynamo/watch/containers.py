# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What ``docker compose`` and ``kubectl describe`` say of containers that ended."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.watch.lines import MAX_LINE, Line, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_COMPOSE = re.compile(r"(?P<name>[\w.-]+) exited with code (?P<code>\d{1,3})")
_NAME = re.compile(r"Name: +(?P<pod>\S+)")
_SECTION = "Containers:"
#: Heads of what a description tells of what happens to a pod, and of how it was made. A message
#: of several lines may hold what begins as a head does.
_HAPPENS = frozenset(
    {"Status", "Reason", "Message", "Init Containers", "Containers", "Conditions", "Events"}
)
_MADE = frozenset(
    {"Namespace", "Priority", "Priority Class Name", "Runtime Class Name", "Service Account",
     "Node", "Start Time", "Labels", "Annotations", "IP", "IPs", "Controlled By", "Volumes",
     "QoS Class", "Node-Selectors", "Tolerations"}
)  # fmt: skip
_HEADS = _HAPPENS | _MADE
#: Of which a description has one at least.
_SECTIONS = (_SECTION, "Events:")
_MOUNT = re.compile(r" +/\S* from \S+ \(r[wo]\b")
_RUNS = re.compile(r" +State: +Running")
#: The node, before its address.
_NODE = re.compile(r"Node: +(?P<node>[\w.-]+)")
_CODE = re.compile(r" +Exit Code: +(?P<code>\d{1,3})")


def compose_end(line: str) -> tuple[str, int] | None:
    """Return the container that a line says has ended, and its exit status."""
    match = _COMPOSE.fullmatch(line.strip())
    return (match["name"], int(match["code"])) if match else None


@dataclass(frozen=True, slots=True)
class Description:
    """A ``kubectl describe`` of pods: where each begins, how it ended last, and its node."""

    begins: tuple[tuple[int, str], ...]
    ended: tuple[tuple[str, int], ...]
    nodes: tuple[tuple[str, str], ...] = ()
    #: The lines of how a pod was made, which tell nothing that happened to it.
    explained: frozenset[int] = frozenset()

    @property
    def pods(self) -> tuple[str, ...]:
        """The pods that are described, in order."""
        return tuple(pod for _, pod in self.begins)

    def teller(self, whose: Mapping[str | None, tuple[str, int | None]]) -> DescriptionTeller:
        """Return what makes lines of the file; ``whose`` are the processes of the pods."""
        return DescriptionTeller(self, whose)


def description(lines: Sequence[str]) -> Description | None:
    """Return what a file describes, None when it is no description of pods."""
    begins: list[tuple[int, str]] = []
    codes: dict[str, list[int]] = {}
    running: set[str] = set()
    explained: set[int] = set()
    nodes: list[tuple[str, str]] = []
    section = ""
    for number, line in enumerate(lines, 1):
        text = line.rstrip()
        if match := _NAME.fullmatch(text):
            begins.append((number, match["pod"]))
        elif text.partition(":")[0] in _HEADS:
            section = text
        if begins and (at := _NODE.match(text)):
            nodes.append((begins[-1][1], at["node"]))
        if section.partition(":")[0] in _MADE or _MOUNT.match(text):
            explained.add(number)
        # what sets a pod up has ended well by then
        if begins and section == _SECTION and text.startswith(" "):
            pod = begins[-1][1]
            if match := _CODE.fullmatch(text):
                codes.setdefault(pod, []).append(int(match["code"]))
            elif _RUNS.fullmatch(text):
                running.add(pod)
    # a pod ends with the first container that fails, or with its last one
    ended = {
        pod: next((code for code in own if code), 0)
        for pod, own in codes.items()
        if any(own) or pod not in running
    }
    first = next((line for line in lines if line.strip()), "")
    if not _NAME.match(first) or not any(line.rstrip() in _SECTIONS for line in lines):
        return None
    return Description(tuple(begins), tuple(ended.items()), tuple(nodes), frozenset(explained))


@dataclass(frozen=True, slots=True)
class DescriptionTeller:
    """Makes lines of a description; ``whose`` are the processes of its pods."""

    described: Description
    whose: Mapping[str | None, tuple[str, int | None]]

    def whole(self, number: int, data: bytes) -> list[Line]:
        """Return the line, as that of the pod in whose description it stands."""
        at = bisect_right(self.described.begins, (number, "\x7f")) - 1
        who = self.whose.get(self.described.begins[at][1]) if at >= 0 else None
        text = shown(data[:MAX_LINE])
        tells = text.strip() and number not in self.described.explained
        return [Line(who[0], None, number, text)] if who and tells else []
