# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the supervisor would have seen of a played case, and when it would have concluded.

The real ``Startup`` decides, fed with the lines, the ends and the time, as the supervisor feeds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from corpus_logs.healthy import REGISTERED
from pytest_dynamo import engines
from pytest_dynamo.watch.lines import LineReader
from pytest_dynamo.watch.observations import Exited, Listening, Probed, Spawned, Tick
from pytest_dynamo.watch.startup import Startup
from pytest_dynamo.watch.states import Failed, Pending, Ready

if TYPE_CHECKING:
    from corpus_logs.packing import Record
    from pytest_dynamo.launch.plan import Process
    from pytest_dynamo.watch.lines import Line

#: How often the supervisor says whom the bring-up waits for.
_BEAT_S = 5.0
#: How long it listens on after a first end.
_SETTLE_S = 0.25
_STARTED = {"service": 0.0, "frontend": 2.0, "worker": 5.0}

Event = tuple[float, dict[str, Any]]  # Any: a JSON object


@dataclass
class Supervised:
    """Events in order; ``failed`` is what it would conclude from, ``read`` how far it had read."""

    events: list[Event] = field(default_factory=list)
    failed: Failed | None = None
    at: float = 0.0
    ended: list[tuple[str, int]] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)


def supervise(
    record: Record, exits: list[tuple[float, str, int]], logs: dict[str, list[tuple[float, str]]]
) -> Supervised:
    """Return what is seen; ``exits`` are ends of processes, ``logs`` timed lines by process."""
    plan, topology, case = record.world.plan, record.world.topology, record.case
    milestones = engines.get(topology.engine).milestones(topology)
    startup = Startup(plan, milestones, topology.budgets, 0.0)
    seen = Supervised()
    happens: list[tuple[float, int, object]] = []
    late = {name for _, name, _ in exits} if case.phase == "services" else set()
    for process in plan.processes:
        if process.step in case.absent:
            continue
        at = _STARTED[process.kind]
        happens.append((at, 0, Spawned(process.name)))
        if process.kind != "worker" and process.name not in late:
            happens.append((at + 1.5, 0, Listening(process.name)))
        happens += _lines(process, logs.get(process.name, []))
    happens += [(at, 2, Exited(name, code)) for at, name, code in exits]
    if case.phase == "serving" or case.outcome == "healthy":
        happens.append((REGISTERED + 3, 1, _whole(record)))
    until = int(record.over if case.stopped is None else min(record.over, case.stopped))
    happens += [(float(second), 3, Tick()) for second in range(1, until + 1)]
    happens.sort(key=lambda item: item[:2])
    for at, _, what in happens:
        if seen.failed and at > seen.at + _SETTLE_S:
            break
        if case.stopped is not None and at > case.stopped:
            break
        _step(seen, startup, at, what)
    if seen.failed:
        end = seen.at + _SETTLE_S
        seen.ended = [(name, code) for at, name, code in sorted(exits) if at <= end]
        seen.read = {
            name: sum(len(text.encode()) + 1 for at, text in lines if at <= end)
            for name, lines in logs.items()
        }
    return seen


def _lines(process: Process, lines: list[tuple[float, str]]) -> list[tuple[float, int, object]]:
    one = process.ranks[0] if len(process.ranks) == 1 else None
    reader = LineReader(process.name, labelled=process.labelled, rank=one)
    return [(at, 1, line) for at, text in lines for line in reader.feed(text.encode() + b"\n")]


def _whole(record: Record) -> Probed:
    roles = [worker.role for worker in record.world.plan.workers]
    return Probed(
        models=(record.world.model,),
        instances={role: roles.count(role) for role in roles},
        ready=True,
        unary="",
        stream="",
    )


def _step(seen: Supervised, startup: Startup, at: float, what: Any) -> None:  # Any: observations
    before = startup.state
    match what:
        case Spawned(name):
            seen.events.append((at, {"kind": "spawned", "process": name, "pid": 4000}))
        case Listening(name):
            seen.events.append((at, {"kind": "listening", "process": name}))
        case Exited(name, code):
            seen.events.append((at, {"kind": "exited", "process": name, "code": code}))
        case Tick() if isinstance(before, Pending) and at % _BEAT_S == 0:
            lags = [str(lag) for lag in startup.lagging(at)]
            waiting = {"kind": "waiting", "phase": startup.phase, "lagging": lags, "problem": None}
            seen.events.append((at, waiting))
    if seen.failed:
        return
    startup.receive(what, at)
    state = startup.state
    if isinstance(before, Pending) and isinstance(state, Ready):
        seen.events.append((at, {"kind": "ready", "took_s": dict(state.took_s)}))
    failed = state if isinstance(state, Failed) else None
    if isinstance(state, Ready):
        failed = _lost(startup, at, what)
    if failed:
        seen.failed, seen.at = failed, at


def _lost(startup: Startup, at: float, what: Exited | Line | object) -> Failed | None:
    """Return what a served deployment loses by this, as the supervisor asks after readiness."""
    if isinstance(what, Exited):
        return startup.exit_failure(what, at)
    return startup.rank_failure(what, at) if hasattr(what, "text") and what.rank is None else None
