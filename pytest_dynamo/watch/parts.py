# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which replica, rank or node of a role each of its logs is of, by the numbers in their names.

A number is that of a replica, a rank, a node or a job, which shows when all names of a role are
looked at together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_dynamo.watch import log_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_dynamo.launch.plan import Worker
    from pytest_dynamo.watch.log_names import Source


#: A pod of a LeaderWorkerSet, by the number of its group, and its own but for the leader.
_OF_SET = re.compile(r"(?P<set>.*?)-(?P<group>\d{1,4})(?:-(?P<index>\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class Part:
    """What a source is of a worker: of which replica, and of which rank or node if of one.

    ``ray`` is the part of a Ray cluster that it is of, below the worker.
    """

    source: Source
    replica: int
    rank: int | None = None
    node: int | None = None
    ray: str | None = None


def parts_of(workers: Sequence[Worker], group: Sequence[Source], role: str) -> list[Part]:
    """Return what each source of a role is: by the numbers in their names, and by what ranks say.

    A name may count the ranks of each node anew. Where each log is of another rank by what it says
    itself, that is believed; where two say the same, one of them is not what it was meant to be.
    """
    parts = [*_by_name(workers, group, role)]
    said = {
        part.source.who: (part.replica, rank)
        for part in parts
        if (rank := log_names.rank_said(part.source)) is not None and rank < workers[0].world_size
    }
    own = {part.source.who for part in parts if not part.source.told_of}
    if len({*said.values()}) != len(own) or len(own) <= len(workers):
        return parts
    return [
        replace(part, rank=said[part.source.who][1], node=None) if part.source.who in own else part
        for part in parts
    ]


def _by_name(workers: Sequence[Worker], group: Sequence[Source], role: str) -> Iterator[Part]:
    """Yield what each source of a role is, by the numbers in all of their names."""
    world, nodes = workers[0].world_size, len(workers[0].nodes)
    own = [each for each in group if not each.told_of and not log_names.RAY.search(each.whole)]
    logs = len({each.who for each in own})  # standard error may lie beside the output
    numbers = _without_job({source: log_names.numbers(source, role) for source in group}, workers)
    numbers = _without_node(numbers, workers)
    firsts = {found[0] for found in numbers.values() if found}
    several = logs > (len(firsts) if len(workers) > 1 else 1)
    base = 1 if firsts and min(firsts) == 1 and max(firsts) == len(workers) else 0
    # where there is one for each worker, their order tells, whatever they begin with
    order: dict[int, int] = {}
    if len(firsts) == len(workers):
        order = {first: number for number, first in enumerate(sorted(firsts))}
    # the nodes of all workers counted through
    through = 1 < len(workers) < len(firsts) == logs == nodes * len(workers)
    one_each = len(workers) == 1 and 1 < logs == nodes < world
    alike = len({tuple(numbers[each]) for each in own}) == 1  # and only the rest of names tells
    pods = _apart(own) if alike and 1 < len({*map(_stem, own)}) <= len(workers) else {}
    sets = _sets(group)
    for index, source in enumerate(group):
        if source in sets and sets[source][0] < len(workers) and sets[source][1] < nodes:
            yield Part(source, sets[source][0], node=sets[source][1])
            continue
        found = numbers[source]
        explicit = log_names.RANK.search(source.whole)
        rank = int(explicit[1]) if explicit else None
        ray = log_names.RAY.search(source.whole)
        replica = 0
        if through and found:
            replica, of_its = divmod(sorted(firsts).index(found[0]), nodes)
            yield Part(source, replica, rank, of_its)
            continue
        if len(workers) > 1:
            replica = order.get(found[0], found[0] - base) if found else index
            replica = _of_pod(source, pods, len(workers), replica)
            found = found[1:]
        elif len(found) > 1 and found[0] == 0:
            found = found[1:]
        replica = min(max(replica, 0), len(workers) - 1)
        node = None
        inner = rank is None and not ray and not source.told_of and several
        if inner and found and found[0] < world:
            by_node = source.labelled or 1 < logs <= nodes * len(workers) < world
            rank, node = (None, found[0]) if by_node else (found[0], None)
        if one_each and inner and (node is None or max(firsts) >= nodes or len(firsts) < logs):
            node = index  # a log for each node, in the order of their names
        node = node if node is not None and node < nodes else None
        yield Part(source, replica, rank, node, ray[1] if ray else None)


def _sets(group: Sequence[Source]) -> dict[Source, tuple[int, int]]:
    """Return of which group and which of its pods each is, where a LeaderWorkerSet names them.

    The leader of a group is called after it, and its other pods after the leader. Its names look
    like those of nodes.
    """
    found = {each: match for each in group if (match := _OF_SET.fullmatch(_stem(each)))}
    leaders = {(match["set"], match["group"]) for match in found.values() if not match["index"]}
    led = {(match["set"], match["group"]) for match in found.values() if match["index"]}
    if not leaders & led:
        return {}
    several = len({name for name, _ in leaders | led}) > 1
    order = {of: number for number, of in enumerate(sorted(leaders | led))}
    return {
        each: (
            order[match["set"], match["group"]] if several else int(match["group"]),
            int(match["index"] or 0),
        )
        for each, match in found.items()
    }


def _without_job(
    numbers: dict[Source, list[int]], workers: Sequence[Worker]
) -> dict[Source, list[int]]:
    """Return the numbers of names without the first ones that all share, as those of a job are.

    And of its step. No worker has them, and the names have others behind them.
    """
    own = [found for source, found in numbers.items() if found and not source.told_of]
    firsts = {found[0] for found in own}
    shared = len(own) > 1 and len(firsts) == 1
    shared = shared and (len(workers) == 1 or min(firsts) > len(workers))
    if not shared or any(len(found) == 1 for found in own):
        return numbers
    rest = {
        source: found if source.told_of else found[1:] for source, found in numbers.items()
    }
    return _without_job(rest, workers)


def _without_node(
    numbers: dict[Source, list[int]], workers: Sequence[Worker]
) -> dict[Source, list[int]]:
    """Return the numbers of names without those of nodes, where those of ranks stand behind them.

    A node has several logs, and of the ranks of a worker each has one.
    """
    at = 1 if len(workers) > 1 else 0  # behind the number of the worker
    own = {source.who: found for source, found in numbers.items() if not source.told_of}
    world = workers[0].world_size
    if {len(found) for found in own.values()} != {at + 2}:
        return numbers
    nodes = {tuple(found[: at + 1]) for found in own.values()}
    ranks = {(*found[:at], found[-1]) for found in own.values() if found[-1] < world}
    if not len(nodes) < len(ranks) == len(own):
        return numbers
    return {source: [*found[:at], *found[at + 1 :]] for source, found in numbers.items()}


def _apart(own: Sequence[Source]) -> dict[str, int]:
    """Return which of several each is whose names bear one number: by the order of the names."""
    return {stem: number for number, stem in enumerate(sorted({_stem(each) for each in own}))}


def _of_pod(source: Source, pods: dict[str, int], workers: int, otherwise: int) -> int:
    """Return which of several one is: by its name, or as the only one of which there is no log.

    What makes pods tells of those that it cannot make, and is called as they all begin.
    """
    called = [number for each, number in pods.items() if _stem(source) in each]
    without = [number for number in range(workers) if number not in pods.values()]
    if source.told_of and len(called) != 1 and len(without) == 1 and pods:
        return without[0]
    return called[0] if called else otherwise


def _stem(source: Source) -> str:
    """Return what a source is called, without what tells that it is of an earlier start."""
    return log_names.EARLIER.sub(
        "", f"{source.host} {source.whole}" if source.host else source.whole
    )


def places(workers: Sequence[Worker], source: Source) -> list[int]:
    """Return the numbers of a name that can be those of ranks, as that of a job cannot."""
    ranks = sum(worker.world_size for worker in workers)
    return [each for each in log_names.numbers(source, "") if each < ranks]


def in_order(
    workers: Sequence[Worker], group: Sequence[Source]
) -> Iterator[tuple[Worker, Part]]:
    """Yield what sources are whose names tell no role: their ranks count through all workers."""
    ranks = [(worker, rank) for worker in workers for rank in range(worker.world_size)]
    order = [*dict.fromkeys(source.who for source in group)]  # errors may lie beside the output
    for source in group:
        explicit = log_names.RANK.search(source.whole)
        found = [int(explicit[1])] if explicit else log_names.numbers(source, "")
        number = found[-1] if found and found[-1] < len(ranks) else order.index(source.who)
        if len(order) <= len(workers):
            yield workers[min(number, len(workers) - 1)], Part(source, 0)
        else:
            worker, rank = ranks[min(number, len(ranks) - 1)]
            yield worker, Part(source, worker.replica, rank)
