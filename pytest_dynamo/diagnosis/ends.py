# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which ranks and processes ended, what each said last, and whom the others blame for it.

Theory of operation. A process of several ranks is an ``srun``, whose own end says little: what
it said of its tasks tells which of them ended, until it says that it ends the others itself. Then
everyone's words are searched for the ranks that they name as lost. A named rank that names nobody
in its turn is a cause; who names another, or ended after Slurm began to end the step, or lost its
peers without a name, is an echo. Who has not ended and yet said why it never will go on, is a
cause too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.blame import another_failed, blames
from pytest_dynamo.diagnosis.words import (
    LAST_WORDS,
    aborts,
    first_error,
    had_gone,
    is_mild,
    lost_lease,
    lost_peers,
    signalled,
)
from pytest_dynamo.watch.slurm_words import step_is_ending, tasks_ended

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_dynamo.diagnosis.blame import Place
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.diagnosis.speakers import Heard
    from pytest_dynamo.launch.plan import LaunchPlan, Process
    from pytest_dynamo.watch.lines import Line
    from pytest_dynamo.watch.observations import Exited

#: Issues of who is cut off from all others, and says so first.
_CUTS = ("ib-link-down", "nccl-cannot-connect", "network-unreachable", "gpu-hardware")
#: SIGTERM, as Slurm tells of it and as a shell does.
TOLD = (-15, 143)
_KILLED = -9
#: SIGILL, SIGABRT, SIGBUS, SIGFPE and SIGSEGV, which a process does to itself.
_CRASHED = (-4, -6, -7, -8, -11)



@dataclass(frozen=True, slots=True)
class End:
    """The end of a process, or of one rank of it.

    ``code`` is None where it is not known, which includes a rank that was lost, or said why it
    cannot go on, and has not ended. ``lines`` are its own, ``told`` is where others tell of it.
    ``several`` is whether all ranks of a worker speak as this one, ``unplaced`` whether the log of
    a job tells of it and not which step it is of.
    """

    process: Process
    rank: int | None
    code: int | None
    lines: tuple[Line, ...]
    told: Line | None = None
    named: bool = False
    echo: bool = False
    spoke: bool = False
    several: bool = False
    unplaced: bool = False

    @property
    def place(self) -> Place | None:
        """What others call it, None for what is no rank."""
        return (self.process.step, self.rank) if self.rank is not None else None


def ends(plan: LaunchPlan, ended: Sequence[Exited], evidence: Evidence) -> list[End]:
    """Return every end, causes and echoes, in the order in which they were seen."""
    codes = {item.process: item.code for item in reversed(ended)}
    order = [*dict.fromkeys(item.process for item in ended)]
    # an srun goes on after the first of its ranks has ended
    order += [
        name
        for name, heard in evidence.heard.items()
        if name not in codes and any(_task_end(heard.process, line) for line in heard.by_slurm())
    ]
    found: list[End] = []
    for name in order:
        heard = evidence.heard[name]
        mine = _of_job(plan, heard, evidence) or _ends_of(heard, codes.get(name))
        found += [_alone(_in_its_own_log(end, evidence), codes, evidence) for end in mine]
    found = [
        replace(
            end,
            several=_inside(plan, end),
            unplaced=end.process.kind == "worker" and plan.worker(end.process.step) is None,
        )
        for end in found
    ]
    return _judged(plan, found, evidence)


def _in_its_own_log(end: End, evidence: Evidence) -> End:
    """Return the end of a rank with what it said in a log that lies beside that of its srun."""
    if end.rank is None or end.lines:
        return end
    for heard in evidence.heard.values():
        process = heard.process
        if process.step == end.process.step and process.ranks == (end.rank,) and heard.own():
            return replace(end, process=process, lines=heard.own())
    return end


def _alone(end: End, codes: Mapping[str, int], evidence: Evidence) -> End:
    """Return the end of a task 0 that said no error as that of the frontend or service that did.

    That is the only task of its step; ``srun`` names no step where its words lie in a log alone.
    """
    if not end.told or not end.code or first_error(end.lines):
        return end
    tasks = tasks_ended(end.told.text)
    placed = evidence.plan.worker(end.process.step) is not None
    if end.rank != 0 and (placed or tasks is None or tasks.ranks != (0,)):
        return end
    speakers = evidence.heard[end.told.process].each()
    if placed and any(speaker.last for _, speaker in speakers):
        return end
    for name, heard in evidence.heard.items():
        said = [line for line in heard.said() if line.text.strip()]
        ended = name not in codes and not heard.by_slurm() and said and not is_mild(said[-1].text)
        if heard.process.kind != "worker" and ended:
            return replace(end, process=heard.process, rank=None, lines=heard.own())
    return end


def told_of(process: Process, line: Line, evidence: Evidence) -> End:
    """Return a process, by its first rank if it has any, as one of which a line tells."""
    rank = process.ranks[0] if process.ranks else None
    return End(process, rank, None, evidence.heard[process.name].own(), line, spoke=True)


def rank_of(process: Process, speaker: int | None) -> int | None:
    """Return the rank that a speaker is, None where the process has none."""
    return speaker if process.ranks else None


def _task_end(process: Process, line: Line) -> bool:
    whole = process.labelled and process.kind == "worker" and line.rank is None
    return whole and tasks_ended(line.text) is not None


def _of_job(plan: LaunchPlan, heard: Heard, evidence: Evidence) -> list[End]:
    """Return the ends that the log of a job tells of ranks whose logs lie beside it.

    It counts the tasks of each of its steps from 0 and does not name the step: of the ranks of a
    number, those that said that they had an error are meant, or the only one there is.
    """
    if plan.worker(heard.process.step) or heard.process.kind != "worker":
        return []
    found: list[End] = []
    for line in heard.by_slurm():
        if step_is_ending(line.text):
            break
        if not (tasks := tasks_ended(line.text)):
            continue
        for rank in tasks.ranks:
            those = [each for each in evidence.heard.values() if each.process.ranks == (rank,)]
            failed = [each for each in those if first_error(each.own())]
            if len(those) == 1 or tasks.code > 0 or tasks.code in _CRASHED:
                found += [
                    End(each.process, rank, tasks.code, each.own(), line)
                    for each in (those if len(those) == 1 else failed)
                ]
    return found


def _ends_of(heard: Heard, code: int | None) -> list[End]:
    process = heard.process
    if not process.labelled or not process.ranks:
        one = process.ranks[0] if len(process.ranks) == 1 else None
        told = _of_one_task(heard) if code is None else None
        tasks = tasks_ended(told.text) if told else None
        return [End(process, one, tasks.code if tasks else code, heard.own(), told)]
    found: list[End] = []
    ending = False
    for line in heard.by_slurm():
        if step_is_ending(line.text):
            ending = True
        elif _task_end(process, line) and (tasks := tasks_ended(line.text)):
            # who is told to end after another ended by itself, is told so because of that
            echo = ending or (tasks.code in TOLD and any(end.code not in TOLD for end in found))
            failed = any(end.code and end.code > 0 for end in found)
            found += [
                End(process, rank, tasks.code, own := heard.own(rank), line,
                    # who never spoke is killed with the step that one of its tasks could not begin
                    echo=echo or (failed and tasks.code == _KILLED and not own))
                for rank in tasks.ranks
            ]
    if any(not end.echo for end in found):
        return found
    if not ending:
        # nothing tells how it came: take those who said that they had an error
        said = [
            (error.number, End(process, rank, code, speaker.lines))
            for rank, speaker in heard.each()
            if rank is not None and (error := first_error(speaker.lines))
        ]
        said.sort(key=lambda item: item[0])
        return [end for _, end in said] or [End(process, None, code, heard.own())]
    return [End(process, None, code, ()), *found]


def _of_one_task(heard: Heard) -> Line | None:
    """Return where ``srun`` tells that the one task of a step ended, before it ended that itself.

    The engine inside it starts its ranks, and they have no tasks.
    """
    for line in heard.by_slurm():
        if step_is_ending(line.text):
            return None
        if _task_end(heard.process, line):
            return line
    return None


def _judged(plan: LaunchPlan, found: list[End], evidence: Evidence) -> list[End]:
    """Return the ends with what the others say of them, and whoever only they speak of."""
    steps = {end.process.step for end in found}
    serviceless = any(end.process.kind == "service" for end in found)
    told = [
        blame
        for heard in evidence.heard.values()
        if heard.process.step in steps
        for blame in blames(heard)
    ]
    accusers = {speaker for speaker, culprit, _ in told if speaker and speaker != culprit}
    culprits = {
        culprit: line
        for _, culprit, line in reversed(told)
        if culprit not in accusers
        and not (aborts(line.text) and _follows(culprit, line, found, evidence))
    }
    broken = {step for step, _ in culprits}
    judged = []
    for end in found:
        named = end.place in culprits
        echo = not named and (
            end.echo
            or end.place in accusers
            or (_lost(end, serviceless=serviceless) and not _reasoned(end, evidence))
            or (end.process.step in broken and (end.rank is None or end.code == 0))
        )
        by_slurm = end.echo and end.place in culprits and _alive(end, culprits[end.place])
        code = None if by_slurm else end.code
        line = culprits.get(end.place) if end.place and (end.told is None or code is None) else None
        judged.append(replace(end, named=named, echo=echo, code=code, told=line or end.told))
    known = {end.place for end in judged}
    for (step, rank), line in culprits.items():
        process = next(
            (item for item in plan.processes if item.step == step and rank in item.ranks), None
        )
        if process and (step, rank) not in known:
            own = evidence.heard[process.name].own(rank if process.labelled else None)
            code = signalled(line.text)
            judged.append(End(process, rank, code, own, line, named=True))
    return judged


def _follows(
    culprit: Place, abort: Line, found: Sequence[End], evidence: Evidence
) -> bool:
    """Return whether a rank ended its world after another of it had failed.

    Any rank that meets an error does that, and so does who met the end of another.
    """
    step, rank = culprit
    others = [end for end in found if end.process.step == step and end.rank not in (rank, None)]
    if any(not end.echo and not _lost(end, serviceless=False) for end in others):
        return True
    return another_failed(step, rank, abort, evidence)


def _alive(end: End, accusation: Line) -> bool:
    """Return whether a rank that others name may have lived until Slurm ended it.

    Who had gone before the step was being ended has ended by itself, whenever Slurm tells of it;
    but who said that it had an error closes its connections first and ends a moment later.
    """
    return not had_gone(accusation.text) or first_error(end.lines) is not None


def _lost(end: End, *, serviceless: bool) -> bool:
    """Return whether a process says that it lost others; a service depends on no others.

    To lose one's lease is a cause of its own, unless it is a service that ended.
    """
    last = end.lines[-LAST_WORDS:] if end.process.kind != "service" else ()
    if end.several or end.unplaced:  # whom it lost may be another of those who speak as one
        return False
    return any(
        lost_peers(line.text) or (serviceless and lost_lease(line.text)) for line in last
    )


def _reasoned(end: End, evidence: Evidence) -> bool:
    """Return whether who lost others had said before why it cannot reach them."""
    for line in end.lines:
        if lost_peers(line.text):
            return False
        issue = None if is_mild(line.text) else evidence.match(line.text)
        if issue and issue.name in _CUTS:
            return True
    return False


def _inside(plan: LaunchPlan, end: End) -> bool:
    """Return whether all ranks of a worker speak as the one who ended."""
    worker = plan.worker(end.process.step)
    alone = not (end.process.labelled and end.process.ranks)  # its one task is all of them
    return end.rank is None and alone and bool(worker and worker.world_size > 1)
