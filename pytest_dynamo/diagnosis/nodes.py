# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the kernels of nodes have to do with what happened there, and to which rank."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.candidates import explained
from pytest_dynamo.diagnosis.explanation import Explanation
from pytest_dynamo.diagnosis.places import node_of
from pytest_dynamo.diagnosis.unended import those
from pytest_dynamo.diagnosis.words import by_kernel
from pytest_dynamo.watch.log_names import TOLD_BY

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.diagnosis.candidates import Candidate
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan, Process

_HARDWARE = frozenset({"gpu-hardware", "node-hardware"})
#: How a process dies that maps a file, and what the kernel tells of its file system then.
_BUS, _FILES, _SILENT = "bus-error", "file-system-broken", "file-server-silent"
_NO_GPU = frozenset({"no-gpu", "gpu-refused"})
#: How the kernel names the process that it tells of: of a GPU, killed for its memory, crashed.
_PID = re.compile(
    r"\bpid=(?P<gpu>\d+)\b|\bKilled process (?P<oom>\d+)\b|\[(?P<crash>\d+)\]: segfault\b"
)


def of_node(
    cause: Candidate, evidence: Evidence, meant: Callable[[Process], bool] | None = None
) -> Candidate | None:
    """Return what the kernel of the one node of a worker tells that has trouble, None if none.

    Or of the one node that is ``meant``.
    """
    step = cause.end.process.step
    found = those(
        evidence,
        lambda heard: TOLD_BY in heard.process.name
        and (meant(heard.process) if meant else heard.process.step == step),
        lambda speaker: any(each.is_cause and by_kernel(each.line.text) for each in speaker.noted),
    )
    return explained(found[0], evidence, zone=cause.zone) if len(found) == 1 else None


def by_its_node(cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return what the kernel tells of the hardware of a node by which its worker ended.

    Or of the file system that lost a mapped file, of which a read is an access to no memory.
    """
    if mapped := _mapped(cause, evidence):
        return mapped
    if cause.end.process.kind != "worker" or cause.is_told_of or cause.why.fault == "config":
        return None
    if cause.why.issue and cause.why.issue.node and cause.why.issue.name not in _NO_GPU:
        return None
    own, log = node_of(evidence.plan, cause.end.process, cause.end.rank), cause.end.process.log
    node = of_node(
        cause,
        evidence,
        # its log may lie in a folder that is called after the node
        lambda process: any(each == own or each in log.split("/")[:-1] for each in process.nodes),
    )
    worker = evidence.plan.worker(cause.end.process.step)
    one = worker is not None and len(worker.nodes) == 1
    if node is None and (one or not (cause.why.issue and cause.why.issue.node)):
        node = of_node(cause, evidence)
    if node is None or node.why.issue is None or node.why.issue.name not in _HARDWARE:
        return None
    return None if cause.before(node) else node


def _mapped(cause: Candidate, evidence: Evidence) -> Candidate | None:
    """Return a bus error as what the kernel of its node told of a file system, come back or not."""
    if cause.why.issue is None or cause.why.issue.name != _BUS:
        return None
    node = node_of(evidence.plan, cause.end.process, cause.end.rank)
    for heard in evidence.heard.values():
        if node is None or TOLD_BY not in heard.process.name or node not in heard.process.nodes:
            continue
        for _, speaker in heard.each():
            for noted in (*speaker.recovered, *speaker.noted):
                if noted.issue and noted.issue.name in {_FILES, _SILENT} and noted.is_cause:
                    issue = next(each for each in evidence.issues if each.name == _FILES)
                    why = Explanation(noted.line, issue.fault, issue.hint, issue)
                    return replace(cause, why=why)
    return None


def held(_plan: LaunchPlan, cause: Candidate, evidence: Evidence) -> Candidate:
    """Return a wait of the daemons of nodes for each other as what the kernel of one tells.

    It may be that of a node of which nothing tells whose it is, since nobody speaks there.
    """
    worker = evidence.plan.worker
    anybodys = of_node(cause, evidence, lambda process: worker(process.step) is None)
    return of_node(cause, evidence) or anybodys or cause


def of_pid(cause: Candidate, evidence: Evidence) -> Candidate:
    """Return what a kernel tells of a process as that of the one rank which bears its number.

    Ranks tell their own: NCCL, Open MPI and vLLM write it before their lines.
    """
    line = cause.why.line
    match = _PID.search(line.text) if line and by_kernel(line.text) else None
    if match is None:
        return cause
    its = re.compile(rf"[:=]{match[match.lastgroup or 0]}[\]:),\s]")
    found = [
        (heard, rank)
        for heard in evidence.heard.values()
        if heard.process.step == cause.end.process.step and TOLD_BY not in heard.process.name
        for rank, speaker in heard.each()
        if any(its.search(each.text) for each in speaker.lines)
    ]
    if len(found) != 1:
        return cause
    ((heard, rank),) = found
    return replace(cause, end=replace(cause.end, process=heard.process, rank=rank))
