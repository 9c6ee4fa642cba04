# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Where the tasks run that write a log, as a shell tells that traces the script of a job.

``set -x`` prints each ``srun`` with all that it is given: the nodes, and the file of its output. No
other line may ever name the node of a worker.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SRUN = re.compile(r"^\++ (?:\S+=\S+ )*srun (?P<given>.*)$")
_NODES = re.compile(r"(?:^| )(?:-w ?|--nodelist[= ])(?P<value>\S+)")
_OUTPUT = re.compile(r"(?:^| )(?:-o ?|--output[= ])(?P<value>\S+)")
_TASKS = re.compile(r"(?:^| )(?:-n ?|--ntasks[= ])(?P<value>\d{1,5})(?= |$)")
_EACH = re.compile(r"(?:^| )--(?:n?tasks-per-node)[= ](?P<value>\d{1,3})(?= |$)")
#: A part of a list of nodes: one, or several with the numbers between brackets.
_PART = re.compile(r"(?P<stem>[^,\[\]]+)(?:\[(?P<numbers>[\d,-]+)\](?P<behind>[^,\[\]]*))?")
#: What stands for the number of a task, its node or the job in the name of a file.
_STANDS = re.compile(r"%\d{0,2}[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Traced:
    """One ``srun``: what its output is called, by a pattern for each folder, and on which nodes.

    ``hosts`` are those of its tasks, by number.
    """

    called: tuple[re.Pattern[str], ...]
    hosts: tuple[tuple[int, str], ...]

    def wrote(self, log: str) -> bool:
        """Return whether a log is its output, by as much of its path as is known."""
        parts = log.split("/")[::-1]
        pairs = zip(self.called, parts, strict=False)
        return all(pattern.fullmatch(part) for pattern, part in pairs)


def traced(lines: Iterable[str]) -> Iterator[Traced]:
    """Yield each ``srun`` of which a trace tells the nodes, and the file of its output."""
    for line in lines:
        if (match := _SRUN.match(line)) is None:
            continue
        nodes, output = _NODES.search(match["given"]), _OUTPUT.search(match["given"])
        if nodes is None or output is None:
            continue
        names = tuple(expanded(nodes["value"]))
        hosts = _hosts(names, match["given"])
        parts = [each for each in output["value"].split("/") if each not in {"", "."}]
        if hosts and parts:
            yield Traced(tuple(_pattern(part) for part in reversed(parts)), hosts)


def expanded(nodes: str) -> Iterator[str]:
    """Yield the nodes of a list as Slurm writes it: ``node[01-03,7],login1``."""
    for part in _PART.finditer(nodes):
        if part["numbers"] is None:
            yield part["stem"]
            continue
        for run in part["numbers"].split(","):
            first, _, last = run.partition("-")
            for number in range(int(first), int(last or first) + 1):
                yield f"{part['stem']}{number:0{len(first)}}{part['behind']}"


def _hosts(names: tuple[str, ...], given: str) -> tuple[tuple[int, str], ...]:
    """Return on which node each task runs, in blocks; empty where that is not sure."""
    tasks, each = _TASKS.search(given), _EACH.search(given)
    if len(names) == 1:
        return ((0, names[0]),)
    per_node = int(each["value"]) if each else 0
    if not per_node and tasks and int(tasks["value"]) % len(names) == 0:
        per_node = int(tasks["value"]) // len(names)
    if per_node < 2:  # noqa: PLR2004 - one task of a node may hold several ranks
        return ()
    return tuple(enumerate(name for name in names for _ in range(per_node)))


def _pattern(part: str) -> re.Pattern[str]:
    """Return what matches a file or folder of that name, whatever stands for numbers in it."""
    return re.compile(".+".join(map(re.escape, _STANDS.split(part))))
