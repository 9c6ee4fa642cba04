# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Lies about requests that are served at the same time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from faults.fault import Fault, tests
from faults.lies import CHAT, OK, last
from faults.proxy import Ask, Lie, Reply

if TYPE_CHECKING:
    from collections.abc import Callable


def begun(*, stream: bool) -> Callable[[Ask], Ask]:
    """Count the streams, or the whole answers, that are under way."""

    def change(ask: Ask) -> Ask:
        ask.kept["under way"] += ask.path == CHAT and not ask.long and ask.streams is stream
        return ask

    return change


def exchanged(ask: Ask, events: list[str]) -> list[str]:
    """Of streams that are read at the same time, each gets that of the one before."""
    if ask.path != CHAT:
        return events
    alone = ask.kept["under way"] == 1
    ask.kept["under way"] -= 1
    given = last(ask, "stream", json.dumps(events))
    return events if alone else list(json.loads(given))


def exchanged_answers(ask: Ask, reply: Reply) -> Reply:
    """The same of whole answers."""
    if ask.path != CHAT or ask.long or ask.streams:
        return reply
    alone = ask.kept["under way"] == 1
    ask.kept["under way"] -= 1
    if reply.status != OK:
        return reply
    given = last(ask, "answer", reply.body.decode())
    return reply if alone else reply.saying(given)


FAULTS: tuple[Fault, ...] = (
    Fault(
        "streams at once are exchanged",
        Lie(ask=begun(stream=True), stream=exchanged),
        tests(
            concurrency=(
                "streams_at_once_are_all_whole streams_at_once_are_counted_right "
                "streams_at_once_are_not_mixed_up"
            ),
        ),
    ),
    Fault(
        "answers at once are exchanged",
        Lie(ask=begun(stream=False), whole=exchanged_answers),
        tests(concurrency="answers_at_once_are_not_mixed_up"),
    ),
)
