# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Who takes part no more in a deployment that served, where nothing ended and nobody says why.

Theory of operation. The ranks of a worker count their steps together, so one that lacks several of
them while most of its peers have gone on has stopped. Where requests time out until the end of the
record, one step is enough; and where all ranks of a worker have stopped, it is the worker that fell
silent first. A deployment that is being stopped leaves requests unanswered too, which tells
nothing. And of several workers one may have fallen silent on its way, while the others serve.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.phases import phase_of
from pytest_dynamo.diagnosis.stamps import Stamp, stamp
from pytest_dynamo.diagnosis.unended import UNANSWERED
from pytest_dynamo.watch import failures
from pytest_dynamo.watch.log_names import TOLD_BY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.diagnosis.speakers import Speaker
    from pytest_dynamo.launch.plan import LaunchPlan, Worker
    from pytest_dynamo.watch.lines import Line
    from pytest_dynamo.watch.states import Failed

#: How an engine counts its steps.
_COUNT = re.compile(r"\biter = (\d{1,12})\b")
#: How a frontend tells that a client gave up, which had waited for ten seconds at least.
_GAVE_UP = re.compile(r"\berror_type=\W?cancelled\b.*?\belapsed_ms=\W?([1-9]\d{4,8})\b")
_OFTEN = 3
#: How an engine reports what it does, and that it works on requests.
_REPORT = re.compile(r"\biter = \d|\bAvg prompt throughput: ")
BUSY = re.compile(r"\biter = \d|\bRunning: [1-9]")
#: Reports of steps that a rank lacks which has stopped; one may be what was not yet written.
_LACKS = 2
#: Seconds by which the clocks of ranks that count together may differ.
_TOGETHER_S = 1.0
#: Seconds by which one worker has to have fallen silent before the others.
_BEFORE_S = 2.0
#: Seconds that one which works says nothing, at most.
_SILENT_S = 60.0
#: Seconds that a worker may say nothing on its way, as it does while it reads weights.
_ON_ITS_WAY_S = 600.0


def silent(plan: LaunchPlan, evidence: Evidence) -> Failed | None:
    """Return who no longer takes part, None where nothing shows that somebody does not."""
    if is_stopped(plan, evidence):
        return None
    late = [*_late(evidence)]
    for worker in plan.workers:
        if ranks := _behind(worker, evidence, 1 if late else _LACKS):
            return _failed(plan, worker, ranks, late)
    if late and (first := _first(plan, evidence)):
        return _failed(plan, first, (), late)
    return _one_of_several(plan, evidence) or _never_came(plan, evidence)


def _one_of_several(plan: LaunchPlan, evidence: Evidence) -> Failed | None:
    """Return the one worker that was at work and says nothing since, while others of its role do.

    Clients gave up then, whose requests it had; and those of the others go well.
    """
    missed = [line for speaker in _fronts(evidence) for line in _given_up(speaker)]
    if evidence.together or not missed:
        return None
    zone = evidence.zone()
    times = [zone.utc(at) for line in missed if (at := stamp(line.text))]
    if not times:
        return None
    last = {worker: at for worker in plan.workers if (at := last_said(worker, evidence))}
    if len({at.way for at in (*last.values(), *times)}) != 1:
        return None
    first_s, last_s = min(times).seconds, max(times).seconds
    silent = [worker for worker, at in last.items() if first_s - at.seconds > _SILENT_S]
    silent = [worker for worker in silent if _was_busy(worker, evidence)]
    if len(silent) != 1:
        return None
    (worker,) = silent
    others = [at for other, at in last.items() if other.role == worker.role and other != worker]
    goes_on = any(at.seconds > last_s - _SILENT_S for at in others)
    return _failed(plan, worker, (), missed) if goes_on else None


def _given_up(speaker: Speaker) -> list[Line]:
    """Return requests that clients gave up while those of others went well, if they are many."""
    at_once = [*_given_up_at_once(speaker.missed)]
    return at_once or (list(speaker.missed) if len(speaker.missed) == speaker.missed.maxlen else [])


def _was_busy(worker: Worker, evidence: Evidence) -> bool:
    """Return whether the last that an engine reported is that it works on requests."""
    reports = [
        line
        for heard in evidence.heard.values()
        if heard.process.step == worker.name
        for line in heard.said()
        if _REPORT.search(line.text)
    ]
    return bool(reports) and BUSY.search(reports[-1].text) is not None


def _never_came(plan: LaunchPlan, evidence: Evidence) -> Failed | None:
    """Return the one worker that said nothing more on its way, long before the record ends."""
    if not evidence.answers or evidence.together:
        return None
    last = {worker.name: last_said(worker, evidence) for worker in plan.workers}
    known = [at for at in last.values() if at is not None]
    ways = {at.way for at in known}
    missed = [worker for worker in plan.workers if worker.name not in evidence.came]
    if not evidence.came or len(missed) != 1 or len(ways) != 1 or len(known) != len(plan.workers):
        return None
    (worker,) = missed
    began = last[worker.name]
    silent_s = max(known).seconds - began.seconds if began else 0.0
    if silent_s < _ON_ITS_WAY_S:
        return None
    process = next(item for item in plan.processes if item.step == worker.name)
    what = f"it has not come up, and says nothing more for {silent_s:.0f} s while others serve"
    phase = phase_of(plan, evidence, process, None)
    return failures.of_worker(process, worker, phase, what, served=True)


def last_said(worker: Worker, evidence: Evidence) -> Stamp | None:
    """Return the last time that a worker's own lines bear."""
    own = zone = None
    for heard in evidence.heard.values():
        if heard.process.step != worker.name or TOLD_BY in heard.process.name:
            continue
        zone = zone or evidence.zone()
        for line in heard.said():
            if at := stamp(line.text):
                at = zone.utc(at)
                own = at if own is None or own < at else own
    return own


def is_stopped(plan: LaunchPlan, evidence: Evidence) -> bool:
    """Return whether some of a deployment was told to end, or is ended by Slurm."""
    return any(
        heard.cancelled or (plan.worker(heard.process.step) and heard.told)
        for heard in evidence.heard.values()
    )


def _late(evidence: Evidence) -> Iterator[Line]:
    """Yield where a frontend says that requests timed out, after the last that went well."""
    for speaker in _fronts(evidence):
        for noted in speaker.noted:
            if UNANSWERED.search(noted.line.text):
                yield noted.line
        yield from _given_up_at_once(speaker.unanswered)


def _fronts(evidence: Evidence) -> Iterator[Speaker]:
    """Yield those who speak as frontends."""
    for heard in evidence.heard.values():
        if heard.process.kind == "frontend":
            yield from heard.speakers.values()


def _given_up_at_once(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the requests that clients gave up after one and the same time, as by a limit of theirs.

    A person who stops a benchmark gives up those under way, which took each its own time.
    """
    found = [(line, int(took[1])) for line in lines if (took := _GAVE_UP.search(line.text))]
    after = Counter(round(took_ms / 1000) for _, took_ms in found)
    for line, took_ms in found:
        if after[round(took_ms / 1000)] >= _OFTEN:
            yield line


def _behind(worker: Worker, evidence: Evidence, lacks: int) -> tuple[int, ...]:
    """Return the ranks that lack steps which most of their peers have taken."""
    counts: dict[int, list[int]] = {}
    times: dict[int, list[float]] = {}
    for heard in evidence.heard.values():
        if heard.process.step != worker.name or worker.name in evidence.together:
            continue
        for rank, speaker in heard.each():
            told = [(line, match) for line in speaker.last if (match := _COUNT.search(line.text))]
            if rank is not None and told:
                counts[rank] = [int(match[1]) for _, match in told]
                times[rank] = [at.seconds for line, _ in told if (at := stamp(line.text))]
    gaps = [b - a for found in counts.values() for a, b in pairwise(found) if b > a]
    if not gaps:
        return ()
    last = {rank: found[-1] for rank, found in counts.items()}
    most, gap = max(last.values()), min(gaps)
    behind = tuple(sorted(rank for rank, count in last.items() if most - count >= lacks * gap))
    if any(_counts_alone(rank, counts, times) for rank in behind):
        return ()
    others = sum(most - count < gap for count in last.values())
    return behind if others > len(behind) and others + len(behind) == len(last) else ()


def _counts_alone(
    rank: int, counts: dict[int, list[int]], times: dict[int, list[float]]
) -> bool:
    """Return whether another rank was ahead of one before that came to the step it told last."""
    if not times[rank] or len(times[rank]) != len(counts[rank]):
        return False
    count, at = counts[rank][-1], times[rank][-1]
    return any(
        its > count and when < at - _TOGETHER_S
        for other, found in counts.items()
        if other != rank and len(times[other]) == len(found)
        for its, when in zip(found, times[other], strict=True)
    )


def _first(plan: LaunchPlan, evidence: Evidence) -> Worker | None:
    """Return the worker that fell silent before all others."""
    last: list[tuple[float, Worker]] = []
    ways = set()
    for worker in plan.workers:
        lines = (
            line
            for heard in evidence.heard.values()
            if heard.process.step == worker.name
            for line in heard.said()
        )
        found = (stamp(line.text) for line in lines if _COUNT.search(line.text))
        stamps = [each for each in found if each]
        if not stamps or worker.name in evidence.together:
            return None
        ways |= {each.way for each in stamps}
        last.append((max(each.seconds for each in stamps), worker))
    last.sort(key=lambda item: item[0])
    if not last or len(ways) > 1 or (len(last) > 1 and last[1][0] - last[0][0] < _BEFORE_S):
        return None
    return last[0][1]


def _failed(
    plan: LaunchPlan, worker: Worker, ranks: tuple[int, ...], late: list[Line]
) -> Failed:
    mine = [item for item in plan.processes if item.step == worker.name]
    process = next((item for item in mine if set(ranks) & set(item.ranks)), mine[0])
    nodes = tuple(dict.fromkeys(worker.node_of(rank) for rank in ranks))
    who = "takes no more steps while its peers do" if ranks else "fell silent first"
    what = f"{len(late)} requests have timed out since, and it {who}" if late else f"it {who}"
    return failures.of_worker(
        process, worker, "serving", what, ranks=ranks, nodes=nodes, served=True
    )
