# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What differs between two runs: the first question when one is green and the other is red.

A run is told by its record: ``lock.json``, what it was asked for and with what, and ``nodes.json``,
where it ran. Names of things that are new in every run - its id, its job, its directory - are no
part of the comparison; which nodes it had is, and so is any node that is unlike the others.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: The parts of a record that are compared value by value, in the order of how often they explain.
SECTIONS = (
    "topology", "engine files", "image", "model", "versions", "launch", "environment", "job",
)  # fmt: skip
#: Nodes of a value that are named, where most have another.
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that two runs do not share; None where a run has no such value."""

    section: str
    key: str
    a: str | None
    b: str | None


def differences(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[Difference, ...]:  # JSON
    """Return what differs between the records of two runs, what explains most first."""
    found = []
    for section in SECTIONS:
        left, right = _flat(a.get(section)), _flat(b.get(section))
        found += [
            Difference(section, key, left.get(key), right.get(key))
            for key in dict.fromkeys((*left, *right))
            if left.get(key) != right.get(key)
        ]
    return (*found, *_nodes(a.get("nodes") or {}, b.get("nodes") or {}))


def _flat(value: Any, path: str = "") -> dict[str, str]:  # Any: JSON
    """Return every leaf by its path with dots; the empty path is a value without keys."""
    if isinstance(value, dict) and value:
        found: dict[str, str] = {}
        for key in sorted(value):
            found |= _flat(value[key], f"{path}.{key}" if path else str(key))
        return found
    if value is None:
        return {}
    return {path: value if isinstance(value, str) else json.dumps(value)}


def _nodes(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield what is installed otherwise on the nodes, and then which nodes they are."""
    for key in dict.fromkeys(key for each in (a, b) for node in each.values() for key in node):
        left, right = _spread(a, key), _spread(b, key)
        if set(left) != set(right):
            yield Difference("nodes", key, _told(left), _told(right))
    if set(a) != set(b):
        only = [name for name in a if name not in b], [name for name in b if name not in a]
        told = [f"{len(all_)}" + (f", of them not in the other: {', '.join(mine)}" if mine else "")
                for all_, mine in zip((a, b), only, strict=True)]  # fmt: skip
        yield Difference("nodes", "names", *told)


def _spread(nodes: Mapping[str, Any], key: str) -> dict[str, list[str]]:
    """Return the nodes of each value that a key has."""
    found: dict[str, list[str]] = {}
    for name, values in nodes.items():
        found.setdefault(str(values.get(key)), []).append(name)
    return found


def _told(spread: Mapping[str, list[str]]) -> str | None:
    """Return the values, the most frequent first; of the others, the nodes that have them."""
    if not spread:
        return None
    counts = Counter({value: len(nodes) for value, nodes in spread.items()}).most_common()
    if len(counts) == 1:
        return counts[0][0]
    told = [f"{counts[0][0]} on {counts[0][1]} node(s)"]
    for value, count in counts[1:]:
        names = ", ".join(spread[value][:_NAMED]) + (", ..." if count > _NAMED else "")
        told.append(f"{value} on {names}")
    return "; ".join(told)
