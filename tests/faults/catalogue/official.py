# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Lies that only the official ``openai`` client is told: each is caught by one test that asks so.

What is told to all clients fails most of these tests too, so they are left out there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.catalogue.answers import choice, usage
from faults.catalogue.engines import engine, with_gpus
from faults.fault import Fault, tests
from faults.lies import CHAT, COMPLETIONS, OK, said, streamed
from faults.proxy import Ask, Lie, Reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Record = Callable[[Path], None]


def official(ask: Ask) -> bool:
    return "openai" in ask.headers.get("user-agent", "").lower()


def to_official(told: Lie, truth: Lie) -> Lie:
    """Tell a lie to the official client, and the truth to all others."""

    def ask(asked: Ask) -> Ask | Reply:
        act = (told if official(asked) else truth).ask
        return act(asked) if act else asked

    def whole(asked: Ask, reply: Reply) -> Reply:
        act = (told if official(asked) else truth).whole
        return act(asked, reply) if act else reply

    def stream(asked: Ask, events: list[str]) -> list[str]:
        return told.stream(asked, events) if told.stream and official(asked) else events

    return Lie(ask=ask, whole=whole, stream=stream)


def lie(
    what: str, told: Lie, fails: str, truth: Lie | None = None, record: Record | None = None
) -> Fault:
    return Fault(
        f"the official client {what}",
        to_official(told, truth or Lie()),
        tests(openai_client=f"the_official_client_{fails}"),
        needs="openai",
        record=record,
    )


def other_name(asked: Ask, reply: Reply) -> Reply:
    if asked.path != "/v1/models":
        return reply
    data = reply.json
    data["data"][0]["id"] = "another"
    return reply.saying(data)


def no_reason(asked: Ask, reply: Reply) -> Reply:
    return reply if reply.status == OK or asked.path != CHAT else reply.saying({"message": "no"})


def silent(asked: Ask, data: dict[str, Any]) -> None:
    if "tools" in asked.json:
        data["choices"][0]["message"]["content"] = None


FAULTS: tuple[Fault, ...] = (
    lie("gets a total that is no sum", usage(total_tokens=1), "reads_an_answer"),
    lie(
        "gets a piece twice",
        streamed(lambda events: [*events[:2], *events[1:]]),
        "puts_a_stream_together",
    ),
    lie(
        "gets a continuation that calls a tool",
        said(choice(finish_reason="tool_calls"), COMPLETIONS),
        "reads_a_continuation",
    ),
    lie("finds another name", Lie(whole=other_name), "finds_the_model"),
    lie("is refused without a reason", Lie(whole=no_reason), "is_told_of_an_unknown_model"),
    lie(
        "gets nothing where it offers tools",
        said(silent),
        "may_offer_tools",
    ),
    lie(
        "misses a log probability",
        engine(entries=-1),
        "reads_log_probabilities",
        truth=engine(),
        record=with_gpus,
    ),
)
