# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The words in which lies are told: change a request, an answer, or the events of a stream."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from faults.proxy import Ask, Lie, Reply, answer

if TYPE_CHECKING:
    from collections.abc import Callable

CHAT, COMPLETIONS = "/v1/chat/completions", "/v1/completions"


OK, REFUSED = 200, 400


def asked(change: Callable[[Ask], Ask | Reply], path: str = CHAT) -> Lie:
    return Lie(ask=lambda ask: change(ask) if ask.path == path and ask.json else ask)


def said(change: Callable[[Ask, dict[str, Any]], object], path: str = CHAT) -> Lie:
    """Change the JSON of a whole 200."""

    def whole(ask: Ask, reply: Reply) -> Reply:
        if ask.path != path or reply.status != OK:
            return reply
        data = reply.json
        changed = change(ask, data)
        if isinstance(changed, Reply):
            return changed
        return reply.saying(data)

    return Lie(whole=whole)


def streamed(change: Callable[[list[str]], list[str]], path: str = CHAT) -> Lie:
    """Change the events of a stream; comments are none, and come first if time lets them come."""

    def stream(ask: Ask, events: list[str]) -> list[str]:
        if ask.path != path:
            return events
        comments = [event for event in events if event.startswith(":")]
        return [*comments, *change([event for event in events if not event.startswith(":")])]

    return Lie(stream=stream)


def chunks(change: Callable[[int, dict[str, Any]], object], path: str = CHAT) -> Lie:
    """Change the JSON of each chunk."""

    def stream(events: list[str]) -> list[str]:
        changed = []
        for number, event in enumerate(events):
            if not event.startswith("data: {"):
                changed.append(event)
                continue
            data = json.loads(event.removeprefix("data: "))
            change(number, data)
            changed.append(f"data: {json.dumps(data)}")
        return changed

    return streamed(stream, path)


def once(ask: Ask, key: str, value: str) -> str:
    """Return what was kept under a key the first time."""
    for name in ask.kept:
        if name.startswith(f"{key} "):
            return name.removeprefix(f"{key} ")
    ask.kept[f"{key} {value}"] += 1
    return value


def last(ask: Ask, key: str, value: str) -> str:
    """Return what was kept under a key the last time."""
    before = next((name for name in ask.kept if name.startswith(f"{key} ")), None)
    if before is not None:
        del ask.kept[before]
    ask.kept[f"{key} {value}"] += 1
    return value if before is None else before.removeprefix(f"{key} ")


def dead_worker(ask: Ask, reply: Reply) -> Reply:
    """One prefill worker is listed and does not answer; the router has learned to avoid it."""
    if ask.path == "/health":
        ids = [each["instance_id"] for each in reply.json["instances"] if prefill(each)]
        for number, each in enumerate(sorted(ids)):
            ask.kept[f"prefill {number}"] = each
        return reply
    wanted = (ask.json.get("nvext") or {}).get("prefill_worker_id")
    dead, other = ask.kept["prefill 0"], ask.kept["prefill 1"]
    if wanted and wanted == dead:
        return answer({"message": "Service temporarily unavailable", "code": 503}, 503)
    if dead and reply.body:
        return reply.saying(reply.body.decode().replace(str(dead), str(other)))
    return reply


def prefill(instance: dict[str, Any]) -> bool:
    return instance["component"] == "prefill"
