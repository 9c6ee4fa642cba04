# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What looks like a cause and is none, and why: echoes, teardown, and what was recovered from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.diagnosis import Diagnosis
from pytest_dynamo.diagnosis.places import names, place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_dynamo.diagnosis.ends import End
    from pytest_dynamo.diagnosis.evidence import Evidence
    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.watch.states import Failed

#: Sentences that are written down.
_MOST = 12
_LONGEST = 120


def nothing_found(
    plan: LaunchPlan, failed: Failed, found: Sequence[End], evidence: Evidence
) -> Diagnosis:
    """Return that a failure has no cause which the evidence supports."""
    process = next((item for item in plan.processes if item.name == failed.process), None)
    return Diagnosis(
        phase="serving" if failed.served else failed.phase,
        kind="unknown",
        where=place(plan, process, None) if process else plan.topology,
        what=f"no first cause found: all {len(found)} ends follow from others"
        if found
        else f"no first cause found: {failed.what}",
        fault="unknown",
        evidence=process.log if process else None,
        remedy="look for what ended first outside of these logs: the nodes, the scheduler, the "
        "services",
        excluded=names(found),
        dismissed=sentences(plan, found, evidence),
        confidence="low",
    )


def sentences(plan: LaunchPlan, found: Sequence[End], evidence: Evidence) -> tuple[str, ...]:
    """Return why each of the things that look like a cause is none."""
    return tuple([*_echoes(plan, found), *_over(plan, evidence)][:_MOST])


def _echoes(plan: LaunchPlan, found: Sequence[End]) -> Iterator[str]:
    for end in found:
        if end.echo:
            line = end.lines[-1] if end.lines else end.told
            said = f": {line.text.strip()[:_LONGEST]}" if line else ""
            at = f" ({end.process.log}:{line.number})" if line else ""
            yield f"{place(plan, end.process, end.rank)} follows from another{said}{at}"


def _over(plan: LaunchPlan, evidence: Evidence) -> Iterator[str]:
    for heard in evidence.heard.values():
        for rank, speaker in heard.each():
            who = place(plan, heard.process, rank if heard.process.ranks else None)
            for noted in speaker.recovered:
                yield (
                    f"{who} went on after it: {noted.line.text.strip()[:_LONGEST]} "
                    f"({heard.process.log}:{noted.line.number})"
                )
            for noted in speaker.teardown:
                yield (
                    f"{who} was being stopped: {noted.line.text.strip()[:_LONGEST]} "
                    f"({heard.process.log}:{noted.line.number})"
                )
