# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Lies about wrong requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faults.fault import Fault, tests
from faults.lies import CHAT, REFUSED, asked
from faults.proxy import Ask, Lie, Reply, answer

if TYPE_CHECKING:
    from collections.abc import Callable


def refused(change: Callable[[Reply], Reply]) -> Lie:
    return Lie(
        whole=lambda ask, reply: (
            change(reply) if ask.path == CHAT and reply.status >= REFUSED else reply
        )
    )


def with_status(status: int) -> Callable[[Reply], Reply]:
    return lambda reply: Reply(status, reply.headers, reply.body)


def dies_of(what: Callable[[Ask], bool]) -> Callable[[Ask], Ask | Reply]:
    """Serve nothing after a request of a kind, for the next two requests."""

    def change(ask: Ask) -> Ask | Reply:
        if ask.kept["dead"]:
            ask.kept["dead"] -= 1
            return answer({"message": "Service temporarily unavailable"}, 503)
        if what(ask):
            ask.kept["dead"] = 1
        return ask

    return change


def long(ask: Ask) -> bool:
    return len(ask.body) > 1_000_000 and "image_url" not in ask.json["messages"][0]["content"][0]


FAULTS: tuple[Fault, ...] = (
    Fault(
        "any model is served",
        asked(lambda ask: ask.but(model="a/model")),
        tests(
            errors="an_unknown_model_is_not_found",
        ),
    ),
    Fault(
        "refusals are 500",
        refused(with_status(500)),
        tests(
            errors=(
                "a_prompt_longer_than_the_model_reads_is_refused "
                "a_refusal_is_json_with_a_message a_value_out_of_range_is_refused_by_name "
                "a_wrong_body_is_refused an_unknown_model_is_not_found "
                "another_content_type_is_refused chat_is_asked_by_post "
                "malformed_json_is_refused"
            ),
            multimodal="an_image_that_cannot_be_had_is_refused",
        ),
    ),
    Fault(
        "refusals are 200",
        refused(with_status(200)),
        tests(
            errors=(
                "a_prompt_longer_than_the_model_reads_is_refused "
                "a_refusal_is_json_with_a_message a_value_out_of_range_is_refused_by_name "
                "a_wrong_body_is_refused an_unknown_model_is_not_found "
                "another_content_type_is_refused chat_is_asked_by_post "
                "malformed_json_is_refused"
            ),
            multimodal="an_image_that_cannot_be_had_is_refused",
        ),
    ),
    Fault(
        "refusals are empty",
        refused(lambda reply: Reply(reply.status, {}, b"")),
        tests(
            errors=(
                "a_prompt_longer_than_the_model_reads_is_refused "
                "a_refusal_is_json_with_a_message a_value_out_of_range_is_refused_by_name "
                "a_wrong_body_is_refused an_unknown_model_is_not_found "
                "malformed_json_is_refused"
            ),
            multimodal="an_image_that_cannot_be_had_is_refused",
        ),
    ),
    Fault(
        "refusals say nothing",
        refused(lambda reply: reply.saying({"message": "no"})),
        tests(
            errors=(
                "a_refusal_is_json_with_a_message a_value_out_of_range_is_refused_by_name "
                "a_wrong_body_is_refused an_unknown_model_is_not_found"
            ),
        ),
    ),
    Fault(
        "unknown fields are dropped",
        asked(lambda ask: ask.but(no_such_field=None)),
        tests(
            errors="a_value_out_of_range_is_refused_by_name",
        ),
    ),
    Fault(
        "no token is taken for the default",
        asked(lambda ask: ask.but(max_tokens=ask.json.get("max_tokens") or None)),
        tests(
            errors="a_value_out_of_range_is_refused_by_name",
        ),
    ),
    Fault(
        "tokens below zero are taken for one",
        asked(lambda ask: ask.but(max_tokens=1) if ask.json.get("max_tokens") == -1 else ask),
        tests(
            errors="a_wrong_body_is_refused",
        ),
    ),
    Fault(
        "the temperature is lost",
        asked(lambda ask: ask.but(temperature=None)),
        tests(
            errors="a_value_out_of_range_is_refused_by_name a_wrong_body_is_refused",
        ),
    ),
    Fault(
        "any content type is JSON",
        Lie(
            ask=lambda ask: (
                Ask(
                    ask.method,
                    ask.path,
                    {**ask.headers, "content-type": "application/json"},
                    b'{"model": "a/model", "messages": [{"role": "user", "content": "Hi."}]}',
                    ask.kept,
                )
                if ask.headers.get("content-type") == "text/plain"
                else ask
            )
        ),
        tests(
            errors="another_content_type_is_refused",
        ),
    ),
    Fault(
        "every route is there",
        Lie(whole=lambda _, reply: reply.saying({}, 200) if reply.status == 404 else reply),
        tests(
            errors="an_unknown_model_is_not_found an_unknown_route_is_not_found",
        ),
    ),
    Fault(
        "chat is got",
        Lie(
            ask=lambda ask: answer({}) if (ask.method, ask.path) == ("GET", CHAT) else ask,
        ),
        tests(
            errors="chat_is_asked_by_post",
        ),
    ),
    Fault(
        "a long prompt kills the engine",
        asked(dies_of(long)),
        tests(
            errors="a_prompt_longer_than_the_model_reads_is_refused",
            multimodal="an_image_larger_than_a_message_is_answered_or_refused",
        ),
    ),
    Fault(
        "a wrong value kills the engine",
        asked(dies_of(lambda ask: ask.json.get("top_p") == 2)),
        tests(
            errors="a_value_out_of_range_is_refused_by_name",
        ),
    ),
)
