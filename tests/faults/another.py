# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A frontend of Dynamo that looks like a server which has nothing but the OpenAI API."""

from __future__ import annotations

import http
import json
import re
import zlib
from typing import Any

from faults.proxy import Ask, Lie, Reply

#: How many characters of an answer another server thinks before it speaks.
THOUGHT = 12


def as_another(ask: Ask, reply: Reply) -> Reply:
    """Make a frontend of Dynamo look like a server that has nothing but the OpenAI API.

    It has ways of its own: it thinks first, calls its model by another name, draws its ids from a
    thousand, and refuses as its framework does.
    """
    if ask.path in ("/health", "/metrics", "/openapi.json") or ask.path.endswith("/ready"):
        return Reply(404, {}, b'{"error": {"message": "Not Found"}}')
    data = reply.json
    if ask.path == "/v1/models":
        return reply.saying(reply.body.decode().replace('"nvidia"', '"someone"'))
    if reply.status != http.HTTPStatus.OK:
        return reply.saying({"detail": [{"type": "value_error", "msg": reply.body.decode()}]}, 422)
    if not isinstance(data, dict) or "choices" not in data:
        return reply
    own_way(data)
    for choice in data["choices"]:
        if message := choice.get("message"):
            text = message["content"] or ""
            message["reasoning_content"] = text[:THOUGHT]
            message["content"] = text[THOUGHT:] or None
    return reply.saying(data)


def own_way(data: dict[str, Any]) -> None:
    data.pop("nvext", None)
    data["model"] = f"{data['model']}-2026-11-25"
    # in a batch, 1.6.1 appends the number of the prompt
    name = re.sub(r"-\d$", "", data["id"])
    data["id"] = f"chatcmpl-{zlib.crc32(name.encode()) % 1000}"


def streamed_as_another(_: Ask, events: list[str]) -> list[str]:
    """Count in the chunk that finishes, say no role, and think first here too."""
    chunks = [json.loads(event[6:]) for event in events if event.startswith("data: {")]
    if not all("choices" in chunk for chunk in chunks):
        return events
    thought = 0
    for chunk in chunks:
        own_way(chunk)
        for choice in chunk["choices"]:
            delta = choice.get("delta", {})
            delta.pop("role", None)
            text = delta.get("content") or ""
            if thought < THOUGHT and text:
                left = THOUGHT - thought
                delta |= {"reasoning_content": text[:left], "content": text[left:] or None}
                thought += len(text)
    said = [chunk for chunk in chunks if chunk["choices"]]
    if said and said[-1:] != chunks[-1:]:
        said[-1]["usage"] = chunks[-1]["usage"]
    return [*(f"data: {json.dumps(chunk)}" for chunk in said), ": the end is near", events[-1]]


SERVER = Lie(whole=as_another, stream=streamed_as_another)


def that_lies(lie: Lie) -> Lie:
    """Return that server with an engine that lies, or a frontend: it adds its own ways to that."""

    def whole(ask: Ask, reply: Reply) -> Reply:
        return as_another(ask, lie.whole(ask, reply) if lie.whole else reply)

    def stream(ask: Ask, events: list[str]) -> list[str]:
        return streamed_as_another(ask, lie.stream(ask, events) if lie.stream else events)

    return Lie(lie.ask, whole, stream)
