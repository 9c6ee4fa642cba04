# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whose Ray cluster a log of ``ray start`` is of, where its name tells no worker.

Theory of operation. Each worker has a cluster of its own. The head of one tells its address, its
other parts mostly at which address they joined, and an engine to which cluster it connects. Where
a part tells none it is of the head before it, by the order of names. A cluster to which no engine
connected is that of the one in whose folder its head lies, or else of who is left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_dynamo.launch.plan import Worker
    from pytest_dynamo.watch.log_names import Source

_LOCAL = re.compile(r" -- Local node IP: (?P<at>\S+)")
_HEAD = re.compile(r"\bray start --head\b|\bTo add another node to this Ray cluster\b")
#: How a script that tells what it does starts a part, which joins a head.
_JOINS = re.compile(
    r"^\s*[+$] .*\bray start\b.*--address[= ]['\"]?(?P<at>[\w.-]+):\d+", re.MULTILINE
)
_CONNECTS = re.compile(r"\bConnecting to existing Ray cluster at address: (?P<at>[\w.-]+):\d+")


@dataclass(slots=True)
class Cluster:
    """A Ray cluster: the address of its head, and the logs of its parts, the head's first."""

    address: str
    parts: list[Source] = field(default_factory=list)


def clusters(sources: Sequence[Source]) -> list[Cluster]:
    """Return the clusters that logs of ``ray start`` tell of, in the order of their names."""
    found: dict[str, Cluster] = {}
    latest: Cluster | None = None
    later: list[tuple[Source, str]] = []
    for source in sources:
        if (local := _LOCAL.search(source.head)) is None:
            continue
        joins = _JOINS.search(source.head)
        if _HEAD.search(source.head) and joins is None:
            latest = found.setdefault(local["at"], Cluster(local["at"]))
            latest.parts.insert(0, source)
        elif joins:
            later.append((source, joins["at"]))
        elif latest:
            latest.parts.append(source)
    for source, address in later:  # its head's log may come behind it
        if address in found:
            found[address].parts.append(source)
    return list(found.values())


def owners(
    found: Sequence[Cluster], engines: Mapping[Source, Worker], workers: Sequence[Worker]
) -> Iterator[tuple[Worker, Cluster]]:
    """Yield the worker of each cluster; ``engines`` are the logs that are known to be a worker's.

    Of clusters of which nothing tells whose they are the order decides, if they are as many as the
    workers that are left, and they are nobody's if not.
    """
    connected = {
        match["at"]: worker
        for source, worker in engines.items()
        if (match := _CONNECTS.search(source.head))
    }
    beside = {folder(source): worker for source, worker in engines.items() if folder(source)}
    known = {
        cluster.address: worker
        for cluster in found
        if (
            worker := connected.get(cluster.address)
            or beside.get(folder(cluster.parts[0]))
        )
    }
    taken = {worker.name for worker in known.values()}
    left = [worker for worker in workers if worker.name not in taken]
    rest = [cluster for cluster in found if cluster.address not in known]
    yield from ((known[each.address], each) for each in found if each.address in known)
    if len(left) == len(rest):
        yield from zip(left, rest, strict=True)


def folder(source: Source) -> str:
    """Return the name of the folder in which a log lies, empty if in none."""
    return source.log.rpartition("/")[0].rpartition("/")[2]
