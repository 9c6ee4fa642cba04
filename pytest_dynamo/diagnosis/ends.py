# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which ranks and processes ended, what each said last, and whom the others blame for it.

Theory of operation. A process of several ranks is an ``srun``, whose own end says little: what
it said of its tasks tells which of them ended, until it says that it ends the others itself. Then
everyone's last words are searched for the ranks that they name as lost. A named rank that names
nobody in its turn is a cause; who names another, or ended after Slurm began to end the step, or
lost its peers without a name, is an echo.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.meanings import first_error
from pytest_dynamo.watch.slurm_words import by_slurm, step_is_ending, tasks_ended

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_dynamo.launch.plan import LaunchPlan, Process
    from pytest_dynamo.watch.lines import Line
    from pytest_dynamo.watch.observations import Exited

#: Where blame is looked for: Open MPI's banner is seven lines long.
_LAST_LINES = 12
#: Where it is looked for whether a process lost its peers.
_LAST_WORDS = 5

#: Whom a line names as the rank that ended its world: words of the stand-in (lost, refused, told
#: to stop, did not arrive, not reached, gone already) and of Open MPI.
_BLAME = re.compile(
    r"(?:\blost rank|\brefused rank|process rank|MPI_ABORT was invoked on rank"
    r"|\brank(?= \d+ (?:was told to stop|not reached at|was gone already))"
    r"|\brank(?= [\d, ]+ of \S+ did not arrive))"
    r" (?P<ranks>\d+(?:, \d+)*)"
)
_OWN_END = re.compile(r"rank(?P<rank>\d+): told to stop")
#: Words of a survivor that do not name whom it lost: the kernel's, Gloo's and NCCL's,
#: TensorRT-LLM's, and those of the Dynamo runtime that has lost etcd.
_PEERS_LOST = re.compile(
    r"Connection reset by peer|Connection closed by (?:remote )?peer"
    r"|remote process exiting prematurely"
    r"|Remote MPI worker died|MPI worker future failed"
    r"|keep alive task failed"
)

#: A step and a rank of it.
_Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class End:
    """The end of a process, or of one rank of it.

    ``code`` is None where it is not known, which includes a lost rank that has not ended.
    ``lines`` are its own last ones, ``told`` is where others tell of it.
    """

    process: Process
    rank: int | None
    code: int | None
    lines: tuple[Line, ...]
    told: Line | None = None
    named: bool = False
    echo: bool = False

    @property
    def place(self) -> _Place | None:
        """What others call it, None for what is no rank."""
        return (self.process.step, self.rank) if self.rank is not None else None


def ends(
    plan: LaunchPlan, ended: Sequence[Exited], tails: Mapping[str, Sequence[Line]]
) -> list[End]:
    """Return every end, causes and echoes, in the order in which they were seen."""
    codes = {item.process: item.code for item in reversed(ended)}
    order = [*dict.fromkeys(item.process for item in ended)]
    processes = {process.name: process for process in plan.processes}
    # an srun goes on after the first of its ranks has ended
    order += [
        process.name
        for process in plan.processes
        if process.name not in codes
        and any(_task_end(process, line) for line in tails.get(process.name, ()))
    ]
    found: list[End] = []
    for name in order:
        tail = tuple(tails.get(name, ()))
        found += _ends_of(processes[name], codes.get(name), tail)
    return _judged(plan, found, tails)


def _task_end(process: Process, line: Line) -> bool:
    whole = process.labelled and process.ranks and line.rank is None
    return bool(whole) and tasks_ended(line.text) is not None


def _ends_of(process: Process, code: int | None, tail: tuple[Line, ...]) -> list[End]:
    if not process.labelled or not process.ranks:
        one = process.ranks[0] if len(process.ranks) == 1 else None
        return [End(process, one, code, _own(process, tail))]
    found: list[End] = []
    ending = False
    for line in tail:
        if step_is_ending(line.text):
            ending = True
        elif _task_end(process, line) and (tasks := tasks_ended(line.text)):
            found += [
                End(process, rank, tasks.code, _own(process, tail, rank), line, echo=ending)
                for rank in tasks.ranks
            ]
    if any(not end.echo for end in found):
        return found
    if not ending:
        # nothing tells how it came: take those who said that they had an error
        speakers = dict.fromkeys(line.rank for line in tail if line.rank is not None)
        return [
            End(process, rank, code, lines)
            for rank in speakers
            if first_error(lines := _own(process, tail, rank))
        ] or [End(process, None, code, _own(process, tail))]
    return [End(process, None, code, ()), *found]


def _own(process: Process, tail: Sequence[Line], rank: int | None = None) -> tuple[Line, ...]:
    """Return what a process said itself, or that rank of it.

    Slurm's own lines come between, some of them under the label of a node's first rank.
    """
    return tuple(
        line
        for line in tail
        if rank in (None, line.rank) and not (process.labelled and by_slurm(line.text))
    )


def _judged(plan: LaunchPlan, found: list[End], tails: Mapping[str, Sequence[Line]]) -> list[End]:
    """Return the ends with blame and echoes noted, and those who are blamed and have not ended."""
    steps = {end.process.step for end in found}
    blames = [
        blame
        for process in plan.processes
        if process.step in steps
        for blame in _blames(process, tails.get(process.name, ()))
    ]
    accusers = {speaker for speaker, culprit, _ in blames if speaker and speaker != culprit}
    culprits = {culprit: line for _, culprit, line in reversed(blames) if culprit not in accusers}
    broken = {step for step, _ in culprits}
    judged = []
    for end in found:
        named = end.place in culprits
        echo = not named and (
            end.echo
            or end.place in accusers
            or _lost_peers(end)
            or (end.process.step in broken and (end.rank is None or end.code == 0))
        )
        # Slurm's word for how it ended, unless Slurm itself ended it
        code = None if named and end.echo else end.code
        told = culprits.get(end.place) if end.place and (end.told is None or code is None) else None
        judged.append(replace(end, named=named, echo=echo, code=code, told=told or end.told))
    known = {end.place for end in judged}
    for (step, rank), line in culprits.items():
        process = next(
            (item for item in plan.processes if item.step == step and rank in item.ranks), None
        )
        if process and (step, rank) not in known:
            own = _own(process, tails.get(process.name, ()), rank)
            judged.append(End(process, rank, None, own, line, named=True))
    return judged


def _lost_peers(end: End) -> bool:
    """Return whether a process says that it lost others; a service depends on no others."""
    last = end.lines[-_LAST_WORDS:] if end.process.kind != "service" else ()
    return any(_PEERS_LOST.search(line.text) for line in last)


def _blames(process: Process, tail: Sequence[Line]) -> Iterator[tuple[_Place | None, _Place, Line]]:
    """Yield who names whom, and where."""
    last: dict[int | None, list[Line]] = {}
    for line in tail:
        if process.labelled and step_is_ending(line.text):
            break  # whom they lose from here on, Slurm has ended
        last.setdefault(line.rank, []).append(line)
    for rank, lines in last.items():
        speaker = (process.step, rank) if rank is not None else None
        for line in lines[-_LAST_LINES:]:
            if own := _OWN_END.search(line.text):
                yield speaker, (process.step, int(own["rank"])), line
            elif match := _BLAME.search(line.text):
                for number in match["ranks"].split(", "):
                    yield speaker, (process.step, int(number)), line
