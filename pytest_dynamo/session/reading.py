# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the logs of a record into what the diagnosis and the timeline are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.speakers import KEPT
from pytest_dynamo.diagnosis.stamps import stamp
from pytest_dynamo.supervisor.logfiles import blocks, labels, last_words, speakers
from pytest_dynamo.watch.foreign import Teller as ForeignTeller
from pytest_dynamo.watch.lines import LineReader, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.diagnosis.stamps import Stamp
    from pytest_dynamo.diagnosis.timeline import Timeline
    from pytest_dynamo.launch.plan import LaunchPlan, Process
    from pytest_dynamo.session.record import Foreign
    from pytest_dynamo.supervisor.logfiles import Speaker, Teller
    from pytest_dynamo.watch.log_names import Source

#: Lines before one without a time, of which the nearest with one tells when it was written.
_NEAR = 40


@dataclass(frozen=True)
class Log:
    """One log: how its lines are made, and who speaks in it.

    ``labels`` tell its speakers apart by what stands before the first colon; ``upto`` ends it where
    the supervisor had read to when it concluded.
    """

    path: Path
    teller: Teller
    speakers: tuple[Speaker, ...]
    labels: Mapping[bytes, Speaker] | None = None
    upto: int | None = None


def own_logs(plan: LaunchPlan, path: Path, read: Mapping[str, int]) -> Iterator[Log]:
    """Yield the logs of a run of ours; ``read`` says how far each was read when it failed."""
    for process in plan.processes:
        if not (file := path / process.log).is_file():
            continue  # it was never started
        one = process.ranks[0] if len(process.ranks) == 1 else None
        reader = LineReader(process.name, labelled=process.labelled, rank=one)
        found = speakers(process)
        told_apart = labels(found) if process.labelled else None
        yield Log(file, reader, found, told_apart, read.get(process.name))


def foreign_logs(record: Foreign, plan: LaunchPlan, whose: Mapping[Source, str]) -> Iterator[Log]:
    """Yield the logs of somebody else's."""
    processes = {process.name: process for process in plan.processes}
    for name in record.logs:
        mine = {source: whose[source] for source in whose if source.log == name}
        if told := record.described.get(name):
            pods = {source.stream: _who(processes[each]) for source, each in mine.items()}
            whole = tuple((each, None) for each in mine.values())
            yield Log(record.path / name, told.teller(pods), whole)
            continue
        if in_turn := record.of_nodes.get(name):
            nodes = {source.stream: _who(processes[each]) for source, each in mine.items()}
            whole = tuple((each, None) for each in mine.values())
            yield Log(record.path / name, in_turn.teller(nodes), whole)
            continue
        opener = record.openers[name]
        own = not opener.ranks and any(source.ranks for source in mine)
        streams = {source.stream: _who(processes[each]) for source, each in mine.items()}
        found = tuple(
            speaker for each in mine.values() for speaker in _speakers(processes[each], own=own)
        )
        one = next(iter(mine.values()), "")
        told_apart = None
        if opener.names[:1] == ("label",):
            told_apart = labels(found) or {b"0": (one, 0)}
        yield Log(record.path / name, ForeignTeller(opener, streams, own), found, told_apart)


def read(
    logs: Iterable[Log], evidence: Evidence, timeline: Timeline, noted: Callable[[int], None]
) -> None:
    """Read every log once from the front, and its end; ``noted`` is told of every block."""
    for log in logs:
        newlines = 0
        for first, block in blocks(log.path, log.upto):
            lines: list[bytes] | None = None
            for offset, data in evidence.screen.pick(block):
                for line in log.teller.whole(first + offset, data):
                    evidence.notice(line)
                    if timeline.wants(line.text):
                        lines = lines or block.split(b"\n")
                        timeline.receive(line, _near(lines, offset))
            newlines += block.count(b"\n")
            noted(len(block))
        words = last_words(
            log.path,
            log.teller,
            log.speakers,
            keep=KEPT,
            newlines=newlines,
            upto=log.upto,
            labels=log.labels,
        )
        evidence.last_words(words)
        timeline.last_words((line, stamp(line.text)) for line in words)


def _who(process: Process) -> Speaker:
    one = process.ranks[0] if len(process.ranks) == 1 else None
    return process.name, one


def _speakers(process: Process, *, own: bool) -> Iterator[Speaker]:
    yield from ((process.name, rank) for rank in process.ranks)
    if process.labelled and not process.ranks:  # a service is the one task of its step
        yield process.name, 0
    if own or not process.ranks:
        yield process.name, None


def _near(lines: list[bytes], at: int) -> Stamp | None:
    """Return the time of a line, or of the nearest before it that bears one."""
    for data in reversed(lines[max(0, at - _NEAR) : at + 1]):
        if found := stamp(shown(data[:200])):
            return found
    return None
