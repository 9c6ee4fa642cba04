# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Ends that may be the first cause, and what puts one before another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.explanation import Explanation, explain, from_outside
from pytest_dynamo.diagnosis.stamps import stamp
from pytest_dynamo.diagnosis.words import first_error
from pytest_dynamo.watch.slurm_words import step_is_ending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_dynamo.diagnosis.ends import End
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.diagnosis.stamps import Stamp
    from pytest_dynamo.watch.lines import Line


@dataclass(frozen=True, slots=True)
class Candidate:
    """An end that may be the first cause, explained."""

    end: End
    why: Explanation
    slurms: tuple[Line, ...]

    @property
    def tier(self) -> tuple[bool, ...]:
        """What sorts the first cause first; what is equal is decided by the time."""
        end = self.end
        return (
            end.process.kind != "service" or end.spoke,
            not end.named,
            not self.why.is_root or end.spoke,
            not from_outside(end.code),
            not self.why.is_root,
            not self.why.is_symptom or end.spoke,
            not self.why.is_symptom,
            first_error(end.lines) is None,
        )

    @property
    def line(self) -> Line | None:
        """Where it shows."""
        return self.why.line or self.end.told

    @property
    def stamp(self) -> Stamp | None:
        """The time that its line bears, or else the last one that its speaker gave before it."""
        at = self.line
        lines = [line for line in self.end.lines if at is None or line.number <= at.number]
        found = (stamp(line.text) for line in reversed([*lines, *([at] if at else [])]))
        return next((each for each in found if each), None)

    def before(self, other: Candidate) -> bool:
        """Return whether it was surely earlier."""
        mine, its = self.line, other.line
        if mine and its and mine.process == its.process:
            return mine.number < its.number
        told, its_told = self.end.told, other.end.told
        if told and its_told and told.process == its_told.process:
            return told.number < its_told.number
        stamps = self.stamp, other.stamp
        if stamps[0] and stamps[1] and stamps[0].way == stamps[1].way:
            return stamps[0].seconds < stamps[1].seconds
        return False

    @property
    def echo(self) -> bool:
        """Whether it says no more than that others are gone; a service depends on no others."""
        return self.why.is_echo and not self.end.named and self.end.process.kind != "service"


def explained(end: End, evidence: Evidence) -> Candidate:
    """Return an end with what explains it."""
    slurms: tuple[Line, ...] = ()
    if end.process.labelled:
        slurms = evidence.heard[end.process.name].by_slurm()
    if end.rank is not None:
        # that Slurm ended the step is what follows from the end of a rank
        slurms = tuple(line for line in slurms if not step_is_ending(line.text))
    told = (end.told,) if end.told else ()
    if end.spoke:
        slurms = told
    code = 1 if end.spoke else end.code
    return Candidate(end, explain(end.lines, (*told, *slurms), code, evidence.match), slurms)



def first(candidates: Sequence[Candidate]) -> Candidate:
    """Return the first cause among the candidates, of which there has to be one."""
    least = min(candidate.tier for candidate in candidates)
    best, *rest = [candidate for candidate in candidates if candidate.tier == least]
    for other in rest:
        if other.before(best):
            best = other
    return best
