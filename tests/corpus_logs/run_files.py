# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The files that a supervisor leaves beside the logs, but for the verdict, which is taken out.

Of every four that failed three were concluded; in the fourth the supervisor was killed before.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from corpus_logs.supervised import supervise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus_logs.packing import Record
    from corpus_logs.supervised import Event, Supervised

_CONCLUDED = 0.75
#: What stands where the verdict was.
_TAKEN_OUT = {"kind": "unknown", "where": "?", "what": "the verdict was taken out"}


def files(
    record: Record, exits: list[tuple[float, str, int]], logs: dict[str, list[tuple[float, str]]]
) -> dict[str, list[str]]:
    """Return them; ``exits`` are the ends of whole processes, ``logs`` timed lines by process."""
    plan, case = record.world.plan, record.case
    began = record.voice.began.timestamp()
    seen = supervise(record, exits, logs)
    concluded = record.rng.random() < _CONCLUDED
    events: list[Event] = [
        (0.0, {"kind": "phase", "phase": "services", "counts": {}}),
        *seen.events,
    ]
    state = "ready" if any(item["kind"] == "ready" for _, item in events) else "starting"
    diagnosis = None
    if seen.failed and concluded:
        state = "lost" if seen.failed.served else "failed"
        diagnosis = {**_TAKEN_OUT, "phase": seen.failed.phase, "fault": "unknown"}
        events += _conclusion(seen, state, diagnosis)
    elif case.stopped is not None:
        events.append((case.stopped, {"kind": "stopping", "reason": "the controller has ended"}))
        events.append((case.stopped + 4, {"kind": "stopped", "leftover": 0, "seconds": 4.0}))
        state = "stopped"
    return {
        "run.json": [json.dumps({"run_id": "run", "keep": False})],
        "findings.json": ["[]"],
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
                        "model": plan.model, "took_s": None, "diagnosis": diagnosis})
        ],
    }  # fmt: skip


def _conclusion(seen: Supervised, state: str, diagnosis: dict[str, Any]) -> Iterator[Event]:
    assert seen.failed is not None
    told = {
        "kind": state,
        "diagnosis": diagnosis,
        "failure": asdict(seen.failed),
        "ended": [list(item) for item in seen.ended],
        "read": seen.read,
    }
    yield seen.at + 0.25, told
    reason = "the deployment was lost" if seen.failed.served else "the bring-up failed"
    yield seen.at + 0.26, {"kind": "stopping", "reason": reason}
    yield seen.at + 3.0, {"kind": "stopped", "leftover": 0, "seconds": 2.7}
