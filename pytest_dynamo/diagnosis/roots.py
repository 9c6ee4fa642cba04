# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which of the known issues that the words of one process are of lies deepest.

The first that can be a cause, for most: but the node's kernel says later what a program makes of a
device that failed; who cancels a step or ends its time did it for what a symptom tells before; and
some errors are what a warning before them leads to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.words import by_kernel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_dynamo.known_issues import Issue
    from pytest_dynamo.watch.lines import Line

#: Issues by which Slurm or a person ends what may have failed before.
_ENDED = frozenset({"step-cancelled", "time-limit"})
#: What a warning of these issues leads to: a rank that gives out the loopback address is reached by
#: nobody, and a name that is not resolved leaves its service unreachable.
_LEADS_TO: Mapping[str, frozenset[str]] = {
    "loopback-given-out": frozenset({"rendezvous-timed-out", "nccl-cannot-connect"}),
    "name-not-resolved": frozenset({"services-unreachable"}),
}


def root(matched: Sequence[tuple[Line, Issue]]) -> tuple[Line, Issue] | None:
    """Return the line that can be a cause, of those that are no warnings; None if none can."""
    roots = [item for item in matched if item[1].role == "root"]
    if not roots or roots[0][1].fault == "config":
        return roots[0] if roots else None
    if roots[0][1].name in _ENDED and any(
        issue.role == "symptom" for _, issue in matched[: matched.index(roots[0])]
    ):
        return next((item for item in roots if item[1].name not in _ENDED), None)
    quoted = roots[0][1].fault == "product"
    of_node = (item for item in roots if item[1].node and (quoted or by_kernel(item[0].text)))
    return next(of_node, roots[0])


def warned(
    line: Line, issue: Issue, matched: Sequence[tuple[Line, Issue]]
) -> tuple[Line, Issue] | None:
    """Return the warning before a line of an issue that leads to it, None if there is none."""
    before = matched[: next(at for at, item in enumerate(matched) if item[0] == line)]
    return next((item for item in before if issue.name in _LEADS_TO.get(item[1].name, ())), None)
