# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Lies about what has died, and about what has come back: told to the tests that kill it."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from faults.fault import Fault, tests
from faults.lies import CHAT, OK
from faults.proxy import Ask, Lie, Reply, answer

if TYPE_CHECKING:
    from collections.abc import Callable

REFUSED, LATE = 503, 504
#: How long all are refused after one was.
REFUSING_S = 0.5

WHOLE = {
    "id": "chatcmpl-0",
    "object": "chat.completion",
    "created": 0,
    "model": "a/model",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Yes, of course."},
            "finish_reason": "length",
        }
    ],
    "usage": {"prompt_tokens": 8, "completion_tokens": 2, "total_tokens": 10},
}


def unsaid(what: bytes, piece: bytes) -> bytes:
    """Make a comment of that length of what matches: the framing of the chunks stays true."""
    return re.sub(what, lambda match: b":" * (len(match[0]) - 2) + b"\n\n", piece)


def silent_end(_: Ask, piece: bytes) -> bytes:
    """The error of a broken stream is not told: it is over, as if that were all."""
    return unsaid(rb"data: \{\"error\"[^\n]*\n\n", piece)


def instead(status: int, reply: Reply) -> Callable[[Ask, Reply], Reply]:
    def change(ask: Ask, given: Reply) -> Reply:
        return reply if ask.path == CHAT and given.status == status else given

    return change


def all_or_none(ask: Ask, reply: Reply) -> Reply:
    """One refusal is followed by those of all others."""
    if ask.path != CHAT:
        return reply
    now = int(time.monotonic() * 1000)
    if reply.status == REFUSED:
        ask.kept["refusing until"] = now + int(REFUSING_S * 1000)
    if reply.status == OK and now < ask.kept["refusing until"]:
        return answer({"message": "Service temporarily unavailable", "code": REFUSED}, REFUSED)
    return reply


def as_at_first(ask: Ask, reply: Reply) -> Reply:
    """The list of instances is that of the first look, for ever."""
    if ask.path != "/health":
        return reply
    for name in ask.kept:
        if name.startswith("health "):
            return reply.saying(name.removeprefix("health "))
    ask.kept[f"health {reply.body.decode()}"] += 1
    return reply


def other_ids(when: Callable[[Ask], int]) -> Lie:
    """The instances have other ids: by so many as the function says."""

    def change(ask: Ask, reply: Reply) -> Reply:
        if ask.path != "/health":
            return reply
        data = reply.json
        by = when(ask)
        for each in data["instances"]:
            each["instance_id"] += by
        return reply.saying(data)

    return Lie(whole=change)


def looks(ask: Ask) -> int:
    ask.kept["looks"] += 1
    return ask.kept["looks"]


def begun(ask: Ask) -> Ask:
    """Count the streams that were begun one after another, with nothing else between."""
    ask.kept["under way"] = ask.kept["under way"] + 1 if ask.streams else 0
    return ask


def cut_when_alone(ask: Ask, piece: bytes) -> bytes:
    """A stream that no other is beside is not told to its end."""
    return piece if ask.kept["under way"] > 1 else unsaid(rb"data: \[DONE\]\n\n", piece)


FAULTS: tuple[Fault, ...] = (
    Fault(
        "a stream that broke just ends",
        Lie(piece=silent_end),
        tests(recovery="a_killed_worker_costs_its_own_streams_and_these_end_with_an_error"),
        exclusive=True,
    ),
    Fault(
        "one death refuses all requests",
        Lie(whole=all_or_none),
        tests(recovery="the_rest_serves_on_when_a_worker_was_killed"),
        exclusive=True,
    ),
    Fault(
        "a dead worker stays listed",
        Lie(whole=as_at_first),
        tests(recovery="a_killed_worker_is_forgotten_within_its_lease"),
        exclusive=True,
    ),
    Fault(
        "a frozen worker is said to have answered",
        Lie(whole=instead(LATE, answer({"object": "chat.completion", "choices": []}))),
        tests(recovery="a_frozen_worker_lets_no_new_request_hang"),
        exclusive=True,
    ),
    Fault(
        "a worker that stops leaves its stream",
        Lie(ask=begun, piece=cut_when_alone),
        tests(recovery="a_worker_told_to_stop_finishes_its_streams"),
        exclusive=True,
    ),
    Fault(
        "a frontend that was away knows other workers",
        other_ids(lambda ask: ask.kept["unreachable"]),
        tests(recovery="the_frontend_comes_back_and_finds_every_worker"),
        exclusive=True,
    ),
    Fault(
        "workers have new names at every look",
        other_ids(looks),
        tests(
            recovery=(
                "requests_are_answered_after_a_service_was_away "
                "the_frontend_comes_back_and_finds_every_worker"
            )
        ),
        exclusive=True,
        needs="etcd",
    ),
    Fault(
        "requests are served without prefill",
        Lie(whole=instead(REFUSED, answer(WHOLE))),
        tests(disaggregation="without_prefill_requests_are_refused_until_it_returns"),
        exclusive=True,
    ),
)
