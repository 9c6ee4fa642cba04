# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The files that a supervisor leaves beside the logs, had it been killed before it concluded.

So the verdict is not among them: whoever judges the run judges what was seen.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pytest_dynamo import engines
from pytest_dynamo.watch.lines import Line
from pytest_dynamo.watch.observations import Listening, Spawned
from pytest_dynamo.watch.startup import Startup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus_logs.packing import Record

#: How often a supervisor says whom the bring-up waits for.
_BEAT_S = 5.0
_STARTED = {"service": 0.0, "frontend": 2.0, "worker": 5.0}
_TOOK_S = {"services": 3.2, "launch": 7.0, "load": 55.1, "registration": 31.0, "serving": 1.9}

Event = tuple[float, dict[str, Any]]  # Any: a JSON object


def files(record: Record, exits: list[tuple[float, str, int]]) -> dict[str, list[str]]:
    """Return them; ``exits`` are the ends of whole processes."""
    plan, case = record.world.plan, record.case
    began = record.voice.began.timestamp()
    events = [*_spawned(record, {name for _, name, _ in exits})]
    events += [(at, {"kind": "exited", "process": name, "code": code}) for at, name, code in exits]
    state = "starting"
    if case.stopped is None or case.stopped > _BEAT_S:
        events += _waiting(record)
    if case.phase == "serving" or (case.outcome == "healthy" and record.over > 103):
        events.append((103.0, {"kind": "ready", "took_s": _TOOK_S}))
        state = "ready"
    if case.stopped is not None:
        events.append((case.stopped, {"kind": "stopping", "reason": "the controller has ended"}))
        events.append((case.stopped + 4, {"kind": "stopped", "leftover": 0, "seconds": 4.0}))
        state = "stopped"
    events.sort(key=lambda item: item[0])
    return {
        "run.json": [json.dumps({"run_id": "run", "keep": False})],
        "plan.json": [json.dumps(plan.to_dict(), indent=1, sort_keys=True)],
        "processes.jsonl": [
            json.dumps(
                {"name": item.name, "step": item.step, "log": item.log, "pid": 4000 + number}
            )
            for number, item in enumerate(plan.processes)
        ],
        "events.jsonl": [json.dumps({"at": round(began + at, 3), **data}) for at, data in events],
        "deployment.json": [
            json.dumps({"state": state, "at": began, "base_url": plan.base_url,
                        "model": plan.model, "took_s": None, "diagnosis": None})
        ],
    }  # fmt: skip


def _spawned(record: Record, ended: set[str]) -> Iterator[Event]:
    yield 0.0, {"kind": "phase", "phase": "services", "counts": {}}
    for number, process in enumerate(record.world.plan.processes):
        at = _STARTED[process.kind]
        if process.step in record.case.absent:
            continue
        yield at, {"kind": "spawned", "process": process.name, "pid": 4000 + number}
        # one that fails to bind never listens
        early = process.name in ended and record.case.phase == "services"
        if process.kind != "worker" and not early:
            yield at + 1.5, {"kind": "listening", "process": process.name}


def _waiting(record: Record) -> Iterator[Event]:
    """Yield whom the bring-up waits for, as the ledger of ranks has it at every beat."""
    topology, plan = record.world.topology, record.world.plan
    milestones = engines.get(topology.engine).milestones(topology)
    startup = Startup(plan, milestones, topology.budgets, 0.0)
    for process in plan.processes:
        startup.receive(Spawned(process.name), 0.0)
        startup.receive(Listening(process.name), 0.0)
    names = {
        (item.step, rank): item.name for item in plan.processes for rank in item.ranks or (None,)
    }
    lines = iter(record.spoken)
    line = next(lines, None)
    at = _BEAT_S
    while at <= record.over and not startup.ranks_done:
        while line is not None and line.at <= at:
            if name := names.get((line.step, line.rank)):
                startup.receive(Line(name, line.rank, 1, line.text), line.at)
            line = next(lines, None)
        lags = [str(lag) for lag in startup.lagging(at)]
        yield at, {"kind": "waiting", "phase": startup.phase, "lagging": lags, "problem": None}
        at += _BEAT_S
