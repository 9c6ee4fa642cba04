# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which of the known issues that the words of one process are of lies deepest.

The first that can be a cause, for most: but the node's kernel says later what a program makes of a
device that failed; who cancels a step or ends its time did it for what a symptom tells before; and
some errors are what a warning before them leads to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.words import by_kernel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_dynamo.known_issues import Issue
    from pytest_dynamo.watch.lines import Line

#: Issues by which Slurm or a person ends what may have failed before.
ENDED = frozenset({"step-cancelled", "time-limit"})
_NO_DEVICE = "transfer-device-missing"
#: What a warning of these issues leads to: a rank that gives out the loopback address is reached by
#: nobody, and a name that is not resolved leaves its service unreachable.
_LEADS_TO: Mapping[str, frozenset[str]] = {
    "loopback-given-out": frozenset({"rendezvous-timed-out", "nccl-cannot-connect"}),
    "name-not-resolved": frozenset({"services-unreachable", "lease-lost"}),
    _NO_DEVICE: frozenset({"nixl-backend-error", "transfer-failed"}),
    "transfer-buffer-too-small": frozenset({"transfer-failed"}),
}


#: A device of RDMA; that Ethernet's are not there as well hinders nobody.
_RDMA = re.compile(r"\bdevice '(?:mlx|ib|roce|bnxt|efa|irdma)")
#: How errors sound that a warning of these issues leads to.
_SHOWS_IN: Mapping[str, re.Pattern[str]] = {
    _NO_DEVICE: re.compile(r"\bUCX +ERROR\b|\bUCX (?:endpoint|worker)\b"),
}
#: What one tells next of the same thing, and is the reason.
_SINCE: Mapping[str, frozenset[str]] = {
    "services-unreachable": frozenset({"nats-refuses-user", "certificate-not-trusted"}),
    "etcd-watch-lost": frozenset({"certificate-not-trusted"}),
    # the bus tells of a device before its driver does
    "node-hardware": frozenset({"gpu-hardware"}),
}
#: How the client of the Hugging Face Hub tells of a request that it makes again.
_RETRIED = "thrown while requesting "
#: How NATS tells of a client that it refuses.
_OF_CLIENT = re.compile(r" - cid:\d+ - authentication error")


def of_client(text: str) -> bool:
    """Return whether a service tells of one of its clients."""
    return _OF_CLIENT.search(text) is not None


def leads_to_others(issue: Issue | None) -> bool:
    """Return whether a warning of an issue may be what errors of others follow from."""
    return issue is not None and issue.name in _LEADS_TO


def root(matched: Sequence[tuple[Line, Issue]]) -> tuple[Line, Issue] | None:
    """Return the line that can be a cause, of those that are no warnings; None if none can."""
    roots = [item for item in matched if item[1].role == "root"]
    # what was asked for again may have come, and what one fails by next did not
    roots = [item for item in roots if _RETRIED not in item[0].text] or roots
    if not roots:
        return None
    if of_client(roots[0][0].text):  # who has that trouble itself has told it, too
        alike = (item for item in roots if item[1] == roots[0][1])
        return next((item for item in alike if not of_client(item[0].text)), roots[0])
    if roots[0][1].fault == "config":
        return roots[0]
    if reason := _since(roots[0][1], roots):
        return reason
    if roots[0][1].name in ENDED and any(
        issue.role == "symptom" for _, issue in matched[: matched.index(roots[0])]
    ):
        return next((item for item in roots if item[1].name not in ENDED), None)
    quoted = roots[0][1].fault == "product"
    of_node = (item for item in roots if item[1].node and (quoted or by_kernel(item[0].text)))
    found = next(of_node, roots[0])
    return _since(found[1], roots) or found


def _since(issue: Issue, roots: Sequence[tuple[Line, Issue]]) -> tuple[Line, Issue] | None:
    """Return the reason of an issue which is told next, None if none is."""
    since = _SINCE.get(issue.name, frozenset())
    return next((item for item in roots if item[1].name in since), None)


def foretold(
    error: Line, matched: Sequence[tuple[Line, Issue]]
) -> tuple[Line, Issue] | None:
    """Return the warning before an error that nobody knows and whose words tell what it lacks."""
    before = ((line, issue) for line, issue in matched if line.number < error.number)
    return next(
        (
            (line, issue)
            for line, issue in before
            if (words := _SHOWS_IN.get(issue.name)) and words.search(error.text)
            if _is_meant(line, issue)
        ),
        None,
    )


def warned(
    line: Line, issue: Issue, matched: Sequence[tuple[Line, Issue]]
) -> tuple[Line, Issue] | None:
    """Return the warning before a line of an issue that leads to it, None if there is none."""
    before = matched[: next(at for at, item in enumerate(matched) if item[0] == line)]
    leading = (item for item in before if issue.name in _LEADS_TO.get(item[1].name, ()))
    return next((item for item in leading if _is_meant(*item)), None)


def _is_meant(line: Line, issue: Issue) -> bool:
    """Return whether a warning is about what the data goes through."""
    return issue.name != _NO_DEVICE or _RDMA.search(line.text) is not None
