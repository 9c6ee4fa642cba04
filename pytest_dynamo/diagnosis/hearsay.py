# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What others say of one who ended: its ranks, the kernel of its node, a description of its pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.places import node_of
from pytest_dynamo.diagnosis.words import by_kernel
from pytest_dynamo.watch.log_names import TOLD_BY, UNNAMED

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.ends import End
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.watch.lines import Line


def unlabelled(end: End, evidence: Evidence) -> tuple[Line, ...]:
    """Return what stands among the lines of ranks without a label, as the kernel's does.

    It tells why a rank was killed, which cannot say so itself, and which device of it failed.
    """
    if end.rank is None or not end.process.labelled or not end.code:
        return ()
    # its own log may lie beside the one that tells of its end
    names = {end.process.name, *([end.told.process] if end.told else ())}
    speakers = (evidence.heard[name].speakers.get(None) for name in sorted(names))
    return tuple(line for speaker in speakers if speaker for line in speaker.lines)


def warned_of(end: End, evidence: Evidence) -> tuple[Line, ...]:
    """Return the lines of an end, among them the warnings of its log that errors follow from.

    An engine tells the error of its ranks, which told of the warning before, in the same log; and
    it may have come up in between, since nothing needed then what it lacks.
    """
    speakers = evidence.heard[end.process.name].speakers
    whose = speakers if end.rank is None else {None, end.rank} & speakers.keys()
    warnings = {noted.line for who in whose for noted in speakers[who].foretells}
    if not warnings:
        return end.lines
    return tuple(sorted({*end.lines, *warnings}, key=lambda line: line.number))


def described(end: End, evidence: Evidence) -> tuple[Line, ...]:
    """Return what others say of the one whose log ended: a description of its pod, its kernel."""
    its_own, its_workers = f"{end.process.name}{TOLD_BY}", f"{end.process.step}{TOLD_BY}"
    node = node_of(evidence.plan, end.process, end.rank)
    untold = node is None or node.startswith(UNNAMED)  # any of them may be meant
    alone = its_own != its_workers or len(end.process.nodes) == 1
    return tuple(
        line
        for name, heard in evidence.heard.items()
        if name.startswith((its_own, its_workers))
        for line in heard.own()
        if untold
        or heard.process.nodes == (node,)
        # of another node of one worker its kernel tells nothing of this rank, but Kubernetes may
        or (name.startswith(its_own) and (alone or not by_kernel(line.text)))
    )
