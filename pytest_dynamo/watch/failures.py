# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How a failure is told: who, where, how, and the line to look at; the caller knows when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.watch.ledger import ranges
from pytest_dynamo.watch.observations import ended_how
from pytest_dynamo.watch.states import Failed

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import LaunchPlan, Process, Worker
    from pytest_dynamo.watch.ledger import Contradiction, Lag, Ledger
    from pytest_dynamo.watch.states import Phase


def end(
    process: Process, ledger: Ledger | None, ranks: tuple[int, ...], code: int, *, served: bool
) -> Failed:
    """Return the failure that the end of a process is, or that of some of its ranks."""
    first = ledger.ranks.get(ranks[0]) if ledger and ranks else None
    who = f"rank {ranges(ranks)} of {process.step}" if first else process.name
    when = "while it was serving" if served else "before the deployment could serve"
    stage = f", last seen at {first.stage}" if first and not served else ""
    return Failed(
        at=0,
        phase="launch",
        kind="exit",
        what=f"{who} ended with {ended_how(code)} {when}{stage}",
        process=process.name,
        worker=process.step if ledger else None,
        ranks=ranks if first else (),
        nodes=(ledger.nodes(ranks) if ledger else ()) or process.nodes,
        code=code,
        log=process.log,
        line=first.line if first else None,
        served=served,
    )


def contradiction(
    plan: LaunchPlan, ledger: Ledger, found: Contradiction, process: Process, line: int
) -> Failed:
    """Return the failure that a contradiction between the ranks and the plan is.

    ``process`` and ``line`` are where it came out; where several ranks are at odds, the first of
    them is shown, since who spoke last is chance.
    """
    if len(found.ranks) > 1:
        process = _process(plan, ledger, found.ranks[0])
        line = ledger.ranks[found.ranks[0]].hello or line
    return Failed(
        at=0,
        phase="launch",  # whatever else is still missing
        kind="contradiction",
        what=found.what,
        process=process.name,
        worker=ledger.worker.name,
        ranks=found.ranks,
        nodes=ledger.nodes(found.ranks) or process.nodes,
        log=process.log,
        line=line,
    )


def lag(plan: LaunchPlan, ledger: Ledger, worst: Lag, over: str) -> Failed:
    """Return the failure of ranks that kept a phase waiting; ``over`` says for how long."""
    quiet = _process(plan, ledger, worst.quietest)
    others = ""
    if worst.behind_s:
        others = f"; the last of the other {worst.done} was there {worst.behind_s:.1f} s ago"
    return Failed(
        at=0,
        phase="launch",
        kind="stall",
        what=f"{over}: {worst} and silent for {worst.silent_s:.1f} s{others}",
        process=quiet.name,
        worker=worst.worker,
        ranks=worst.ranks,
        nodes=worst.nodes,
        log=quiet.log,
        line=ledger.ranks[worst.quietest].line,
        since_s=worst.silent_s,
    )


def of_worker(  # noqa: PLR0913 - what a failure is made of
    process: Process,
    worker: Worker,
    phase: Phase,
    what: str,
    *,
    ranks: tuple[int, ...] = (),
    nodes: tuple[str, ...] = (),
    served: bool = False,
) -> Failed:
    """Return the failure of a worker, or of some of its ranks, for which others waited.

    Its nodes are all of the worker, unless ``nodes`` names some of them.
    """
    return Failed(
        at=0,
        phase=phase,
        kind="stall",
        what=what,
        process=process.name,
        worker=worker.name,
        ranks=ranks,
        nodes=nodes or worker.nodes,
        log=process.log,
        served=served,
    )


def stall(place: Process | None, what: str) -> Failed:
    """Return the failure of a phase that waits for no rank; ``place`` is where it was seen."""
    return Failed(
        at=0,
        phase="services",
        kind="stall",
        what=what,
        process=place.name if place else None,
        nodes=place.nodes if place else (),
        log=place.log if place else None,
    )


def _process(plan: LaunchPlan, ledger: Ledger, rank: int) -> Process:
    mine = (item for item in plan.processes if item.step == ledger.worker.name)
    return next(item for item in mine if rank in item.ranks)
