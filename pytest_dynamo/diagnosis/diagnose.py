# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Why a deployment failed: the first cause among what ended, without its echoes.

When one rank dies the others die of it within milliseconds. Their last lines say so, and name the
rank they lost: such an end is an echo and never the cause. Among the rest a service comes first,
since everything depends on it, then what the others name, then an end by a signal from outside,
then an error that a process reported itself, and only then the order in which the ends were seen,
which is no order at all within one wake-up of the supervisor.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pytest_dynamo.diagnosis.ends import End, ends
from pytest_dynamo.diagnosis.meanings import (
    Fault,
    exception,
    explain,
    first_error,
    from_outside,
)
from pytest_dynamo.watch.ledger import ranges
from pytest_dynamo.watch.observations import Exited, ended_how
from pytest_dynamo.watch.slurm_words import by_slurm, failed_node, step_is_ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_dynamo.launch.plan import LaunchPlan, Process
    from pytest_dynamo.watch.lines import Line
    from pytest_dynamo.watch.states import Failed

__all__ = ["Diagnosis", "Fault", "diagnose"]

_SAID = 5
#: Names shown of what followed.
_SHOWN = 8
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The first cause of a failure.

    ``where`` is what a person looks for ("rank 5 of decode0 on node2"), ``evidence`` a place in
    a log, ``said`` the last lines of the culprit, ``excluded`` what also ended and is an echo,
    ``also`` what ended besides and is none.
    """

    phase: str
    kind: str
    where: str
    what: str
    fault: Fault
    evidence: str | None = None
    remedy: str | None = None
    said: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def render(self) -> str:
        """Return what a terminal shows, once."""
        lines = [f"{self.where}: {self.what}", f"  phase: {self.phase}, fault: {self.fault}"]
        if self.evidence:
            lines.append(f"  evidence: {self.evidence}")
        lines += [f"  | {line}" for line in self.said]
        if self.also:
            lines.append(f"  ended besides: {_some(self.also)}")
        if self.excluded:
            lines.append(f"  followed by: {_some(self.excluded)}")
        if self.remedy:
            lines.append(f"  remedy: {self.remedy}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:  # Any: a JSON object
        """Return what ``deployment.json`` holds."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Diagnosis:
        """Return the diagnosis that ``to_dict`` was called on."""
        lists = {key: tuple(data.get(key, ())) for key in ("said", "excluded", "also")}
        return cls(**{**data, **lists})


def diagnose(
    plan: LaunchPlan,
    failed: Failed,
    ended: Sequence[Exited],
    tails: Mapping[str, Sequence[Line]],
) -> Diagnosis:
    """Return the first cause.

    ``ended`` is every end seen until shortly after the failure, in the order in which they were
    seen; ``tails`` the last lines of each process.
    """
    if failed.kind == "exit" and failed.process:
        # an srun that tells of an ended rank goes on
        found = ends(plan, ended or [Exited(failed.process, failed.code or 0)], tails)
        return _of_ends(plan, failed, found, tails)
    return _of_failure(plan, failed, tails)


def _of_ends(
    plan: LaunchPlan, failed: Failed, found: list[End], tails: Mapping[str, Sequence[Line]]
) -> Diagnosis:
    first = min([end for end in found if not end.echo] or found, key=_order)
    process = first.process
    tail = tuple(tails.get(process.name, ()))
    told = (first.told,) if first.told else ()
    slurms = tuple(line for line in tail if process.labelled and by_slurm(line.text))
    if first.rank is not None:
        # that Slurm ended the step is what follows from the end of a rank
        slurms = tuple(line for line in slurms if not step_is_ending(line.text))
    explained = explain(first.lines, (*told, *slurms), first.code)
    moment = "while the deployment was serving" if failed.served else f"during {failed.phase}"
    if first.code is None:
        what = f"brought its world down {moment}"
    else:
        what = f"ended with {ended_how(first.code)} {moment}"
    if first.code == 0:
        what += "; exit status 0, but nothing that serves ends by itself"
    line = explained.line or (first.told if first.code is None else None)
    if line is None and first.rank is None and not first.lines:
        line = first_error(slurms)
    if line:
        what += f": {line.text.strip()[:_LONGEST]}"
    line = line or (first.lines[-1] if first.lines else first.told)
    node = next((node for item in slurms if (node := failed_node(item.text))), None)
    others = [end for end in found if end is not first]
    return Diagnosis(
        phase="serving" if failed.served else failed.phase,
        kind="exit",
        where=f"{process.step} on {node}" if node else _place(plan, process, first.rank),
        what=what,
        fault=explained.fault,
        evidence=f"{process.log}:{line.number}" if line else process.log,
        remedy=explained.remedy,
        said=tuple(item.text for item in (first.lines or tail)[-_SAID:]),
        excluded=_names(end for end in others if end.echo),
        also=_names(end for end in others if not end.echo),
    )


def _order(end: End) -> tuple[bool, bool, bool, bool]:
    """Return what sorts the first cause first; ends that are equal keep their order."""
    return (
        end.process.kind != "service",
        not end.named,
        not from_outside(end.code),
        first_error(end.lines) is None,
    )


def _of_failure(plan: LaunchPlan, failed: Failed, tails: Mapping[str, Sequence[Line]]) -> Diagnosis:
    process = next((item for item in plan.processes if item.name == failed.process), None)
    if failed.worker and failed.ranks:
        where = f"rank {ranges(failed.ranks)} of {failed.worker} on {', '.join(failed.nodes)}"
    elif process:
        where = _place(plan, process, None)
    else:
        where = failed.worker or failed.process or plan.topology
    tail = tails.get(failed.process, ()) if failed.process else ()
    if failed.ranks:
        tail = [line for line in tail if line.rank in failed.ranks]
    evidence = f"{failed.log}:{failed.line}" if failed.log and failed.line else failed.log
    what, remedy = failed.what, None
    fault: Fault = "unknown"
    if failed.kind == "contradiction":
        fault = "config"
        remedy = "start every rank of the worker in one step, with --ntasks as planned"
    elif failed.kind == "stall":
        fault = "product" if failed.phase in ("registration", "serving") else "infrastructure"
        remedy = f"look at the log, or raise budgets.{failed.phase} if this is how long it takes"
        if raised := _raised(plan, failed, tails):
            # an exception in one rank leaves an MPI world waiting for ever
            process, rank, line, tail = raised
            where = _place(plan, process, rank)
            what += f"; meanwhile {where} said: {line.text.strip()[:_LONGEST]}"
            evidence = f"{process.log}:{line.number}"
            explained = explain(tail, (), 1)
            fault, remedy = explained.fault, explained.remedy
    return Diagnosis(
        phase=failed.phase,
        kind=failed.kind,
        where=where,
        what=what,
        fault=fault,
        evidence=evidence,
        remedy=remedy,
        said=tuple(line.text for line in tail[-_SAID:]),
    )


def _raised(
    plan: LaunchPlan, failed: Failed, tails: Mapping[str, Sequence[Line]]
) -> tuple[Process, int | None, Line, list[Line]] | None:
    """Return the first of those whom a stall is about whose last words are an exception's."""
    for process in plan.processes:
        if process.kind != "worker" or failed.worker not in (None, process.step):
            continue
        for rank in process.ranks or (None,):
            if failed.ranks and rank not in failed.ranks:
                continue
            own = [
                line
                for line in tails.get(process.name, ())
                if line.rank == rank and not by_slurm(line.text)
            ]
            if line := exception(own):
                return process, rank, line, own
    return None


def _place(plan: LaunchPlan, process: Process, rank: int | None) -> str:
    worker = plan.worker(process.step)
    if worker and rank is not None:
        return f"rank {rank} of {worker.name} on {worker.node_of(rank)}"
    return f"{process.name} on {', '.join(process.nodes)}"


def _names(found: Iterable[End]) -> tuple[str, ...]:
    """Return the names of processes; of one with several ranks, which of them."""
    ranks: dict[str, list[int]] = {}
    for end in found:
        mine = ranks.setdefault(end.process.name, [])
        if end.rank is not None and len(end.process.ranks) > 1:
            mine.append(end.rank)
    return tuple(f"{name} rank {ranges(mine)}" if mine else name for name, mine in ranks.items())


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
