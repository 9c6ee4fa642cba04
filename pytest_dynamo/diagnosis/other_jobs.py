# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the controller of Slurm tells of other jobs, and of nodes before a job had its own.

An excerpt of its log is cut by the hour, and holds what befell everybody.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_dynamo.launch.plan import Process
    from pytest_dynamo.watch.lines import Line

#: A line of a daemon's log, and the jobs that it names.
_DAEMON = re.compile(r"^(?:slurm(?:ctld|d)\S*: |\[\d{4}-\d\d-\d\dT[\d:.]+\] )")
_JOB = re.compile(r"\bJobId=(\d+)")
_ALLOCATES = re.compile(r"\bAllocate JobId=(\d+) NodeList=")
#: Where the names of logs hold the number of their job.
_OF_LOG = re.compile(r"(?:slurm|job)[-_.]?(\d{4,})")


class OtherJobs:
    """Tells which lines are of other jobs than those whose logs there are."""

    def __init__(self, processes: Iterable[Process]) -> None:
        self._own = {number for item in processes for number in _OF_LOG.findall(item.log)}
        self._allocated: dict[str, int] = {}

    def take(self, line: Line) -> None:
        """Take a line; most tell nothing."""
        found = _ALLOCATES.search(line.text)
        if found and found[1] in self._own:
            self._allocated[line.process] = line.number

    def are_told_of(self, line: Line) -> bool:
        """Return whether a daemon tells of other jobs alone, or of what was before the own one."""
        if not self._own or not _DAEMON.match(line.text):
            return False
        named = set(_JOB.findall(line.text))
        return bool(named and not named & self._own) or (
            line.number < self._allocated.get(line.process, 0)
        )
