# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whether the nodes are large enough for a plan, and like each other.

A node that is too small is in the way of the launch. One that is unlike the others is not, but is
where to look first when something fails later.
"""

from __future__ import annotations

from collections import Counter
from statistics import median_low
from typing import TYPE_CHECKING

from pytest_dynamo.watch.leftovers import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.watch.probe import NodeReport

_SHM = "/dev/shm"  # noqa: S108 - the very directory that NCCL and MPI share memory in
#: Containers have 64 MiB where nobody asked for more, which NCCL uses up with two ranks.
_LEAST_SHM_KIB = 128 * 1024
#: Nodes answer at the same time, give or take the time that a step takes to start.
_SKEW_S = 5


def small(answered: Mapping[str, NodeReport], plan: LaunchPlan) -> Iterator[Trouble]:
    """Yield the nodes that have less than the plan uses; stand-ins use no GPU."""
    needed: Counter[str] = Counter()
    for worker in plan.workers if not plan.stand_in else ():
        for node, here in zip(worker.nodes, worker.gpus, strict=True):
            needed[node] = max(needed[node], *(index + 1 for index in here))
    for node, report in answered.items():
        if report.gpus is not None and len(report.gpus) < needed[node]:
            what = f"{len(report.gpus)} GPU(s) answer, {needed[node]} are used"
            yield Trouble("small", node, what, _leave_out(node))
        free = report.space_kib.get(_SHM)
        if free is not None and free < _LEAST_SHM_KIB:
            what = f"{free // 1024} MiB of {_SHM} are free, {_LEAST_SHM_KIB // 1024} are the least"
            yield Trouble("small", node, what, f"free it, or enlarge it: df {_SHM}")


def unlike(answered: Mapping[str, NodeReport]) -> Iterator[Trouble]:
    """Yield the nodes that have something else installed than most, or whose clock is off.

    Where as many have the one as the other, those that come first count as most.
    """
    versions = {node: report.versions for node, report in answered.items()}
    for key in dict.fromkeys(key for each in versions.values() for key in each):
        most, count = Counter(each[key] for each in versions.values()).most_common(1)[0]
        for node, each in versions.items():
            if each[key] != most:
                what = f"{key} is {each[key]}, {most} on {count} other(s)"
                yield Trouble("unlike", node, what, _leave_out(node))
    if answered:
        now = median_low(report.time for report in answered.values())
        for node, report in answered.items():
            if abs(report.time - now) > _SKEW_S:
                what = f"its clock is {report.time - now:+d} s off that of the others"
                yield Trouble("unlike", node, what, "start its time service: timedatectl")


def apart(answered: Mapping[str, NodeReport], run_dir: str) -> Iterator[Trouble]:
    """Yield the first node that does not see the run directory, with how many others do not.

    That is no obstacle: what ranks say comes through ``srun`` to where the directory is.
    """
    blind = [node for node, report in answered.items() if run_dir in report.absent]
    if blind:
        others = f", nor do {len(blind) - 1} other(s)" if blind[1:] else ""
        what = f"does not see the run directory {run_dir}{others}; logs are in it all the same, "
        what += "files of services stay on their node"
        yield Trouble("apart", blind[0], what, "name a shared one: --dynamo-run-dir")


def by_node(troubles: Iterable[Trouble]) -> list[Trouble]:
    """Return one trouble for each node, which says them all; the first one's remedy comes first."""
    found: dict[str, Trouble] = {}
    for item in troubles:
        first = found.get(item.node)
        found[item.node] = (
            Trouble(
                first.kind,
                first.node,
                f"{first.what}; {item.what}",
                first.remedy if item.remedy == first.remedy else f"{first.remedy}; {item.remedy}",
            )
            if first
            else item
        )
    return list(found.values())


def _leave_out(node: str) -> str:
    return f"leave it out: --exclude={node}"
