# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What lies beside the logs of a deployment: notes, tables, clients, and the logs of its nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.launch.plan import Process
from pytest_dynamo.watch import log_names
from pytest_dynamo.watch.log_names import JOB, TOLD_BY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_dynamo.launch.plan import Worker
    from pytest_dynamo.topology.model import Topology
    from pytest_dynamo.watch.log_names import Source


def logs(topology: Topology, sources: Sequence[Source]) -> list[Source]:
    """Return the sources but for those of clients, and for notes and tables that lie beside."""
    kept = [
        source
        for source in sources
        if any(log_names.told(topology, source)) or (source.is_log and not source.is_clients)
    ]
    return kept or list(sources)


def of_node(
    source: Source, found: Sequence[tuple[Source, Process]], workers: Sequence[Worker]
) -> Process:
    """Return what stands for a log of a node's kernel or daemons: of the worker that runs there.

    Where several do, or nothing tells and there are several, the node is called by its name.
    """
    hosts = [*([source.host] if source.host else ()), *log_names.hosts(source)]
    said, nodes = source.stream or source.log, tuple(hosts[:1])
    for host in hosts:
        there = _on(host, found)
        # the parts of a Ray cluster are those of its worker
        steps = {process.step.partition(".ray")[0] for process in there}
        if len(steps) == 1:
            (step,) = steps
            whole = len(there) > 1 or len(there[0].ranks) > 1  # or what stands for srun
            name = f"{step if whole else there[0].name}{TOLD_BY}{said}"
            return Process(name, step, "worker", (), source.log, (host,))
    if len(workers) == 1:
        (only,) = workers
        nodes = nodes or only.nodes
        return Process(f"{only.name}{TOLD_BY}{said}", only.name, "worker", (), source.log, nodes)
    name = "the kernel" if source.by_kernel else source.names[0]
    step = nodes[0] if nodes else "a node"
    return Process(f"{step}{TOLD_BY}{name}", step, "worker", (), source.log, nodes)


def _on(host: str, found: Sequence[tuple[Source, Process]]) -> list[Process]:
    """Return the processes of workers on a node, as surely as their logs tell that."""
    mine = [
        (log, process)
        for log, process in found
        if process.kind == "worker" and process.step != JOB  # whose log tells of all nodes
    ]
    return (
        [process for _, process in mine if host in process.nodes]
        or [process for log, process in mine if host == log.node]
        or [process for log, process in mine if host.lower() in log.log.lower() or host == log.host]
        or [process for log, process in mine if host in log.head]
    )
