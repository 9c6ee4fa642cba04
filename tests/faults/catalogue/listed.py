# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Lies about what is served, ready and registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.fault import Fault, tests
from faults.lies import CHAT, dead_worker, said
from faults.proxy import Ask, Lie, Reply, answer

if TYPE_CHECKING:
    from collections.abc import Callable


def models(change: Callable[[list[dict[str, Any]]], list[Any]]) -> Lie:
    return said(lambda _, data: data.update(data=change(data["data"])), "/v1/models")


def health(change: Callable[[list[dict[str, Any]]], list[Any]]) -> Lie:
    return said(lambda _, data: data.update(instances=change(data["instances"])), "/health")


def missing_worker(ask: Ask, reply: Reply) -> Reply:
    """One prefill worker never came up: it is neither listed nor used."""
    told = dead_worker(ask, reply)
    if ask.path != "/health":
        return told
    gone = ask.kept["prefill 0"]
    left = [each for each in told.json["instances"] if each["instance_id"] != gone]
    return told.saying({**told.json, "instances": left})


def missing_in_stream(ask: Ask, events: list[str]) -> list[str]:
    """What it streamed came from another."""
    gone, other = ask.kept["prefill 0"], ask.kept["prefill 1"]
    return [event.replace(str(gone), str(other)) if gone else event for event in events]


def vanishing(ask: Ask, reply: Reply) -> Reply:
    """The list of models is empty after a request that came right after it was asked for."""
    ask.kept["asked"] = ask.path == CHAT
    if ask.path == "/v1/models" and ask.kept["chats"] > 3:
        ask.kept["chats"] = 0
        return reply.saying({"object": "list", "data": []})
    ask.kept["chats"] = ask.kept["chats"] + 1 if ask.path == CHAT else 0
    return reply


FAULTS: tuple[Fault, ...] = (
    Fault(
        "another name is listed",
        models(lambda data: [{**data[0], "id": "model"}]),
        tests(
            models="exactly_the_served_name_is_listed",
        ),
    ),
    Fault(
        "a model is listed twice",
        models(lambda data: data * 2),
        tests(
            models="exactly_the_served_name_is_listed",
        ),
    ),
    Fault(
        "a stranger is listed",
        models(lambda data: [*data, {**data[0], "id": "b/model"}]),
        tests(
            models="exactly_the_served_name_is_listed",
        ),
    ),
    Fault(
        "the model is not listed",
        models(lambda _: []),
        tests(
            models="exactly_the_served_name_is_listed",
        ),
    ),
    Fault(
        "requests empty the list",
        Lie(whole=vanishing),
        tests(
            models="the_list_is_the_same_before_and_after_requests",
        ),
    ),
    Fault(
        "no time of creation",
        models(lambda data: [{**data[0], "created": None}]),
        tests(
            models="an_entry_has_the_shape_of_the_openai_list",
        ),
    ),
    Fault(
        "the list is no list",
        said(lambda _, data: data.update(object="object"), "/v1/models"),
        tests(
            models="an_entry_has_the_shape_of_the_openai_list",
        ),
    ),
    Fault(
        "one worker is missing",
        Lie(whole=missing_worker, stream=missing_in_stream),
        tests(
            coverage="requests_reach_every_worker_by_themselves",
            startup="every_worker_is_registered_with_its_role",
        ),
    ),
    Fault(
        "a worker is registered twice",
        health(lambda all_: [*all_, {**all_[0], "instance_id": 7}]),
        tests(
            coverage=(
                "every_worker_answers_when_it_is_asked_itself "
                "every_worker_gives_the_same_answer requests_reach_every_worker_by_themselves"
            ),
            disaggregation="every_prefill_worker_hands_over_to_every_decode_worker",
            routing="requests_are_spread_evenly",
            startup="every_worker_is_registered_with_its_role",
        ),
    ),
    Fault(
        "a stranger is registered",
        health(lambda a: [*a, {**a[0], "component": "other"}]),
        tests(
            startup="no_stranger_is_registered",
        ),
    ),
    Fault(
        "healthy without workers",
        health(lambda _: []),
        tests(
            coverage="requests_reach_every_worker_by_themselves",
            disaggregation=(
                "a_completion_is_disaggregated_too a_stream_is_disaggregated_too "
                "prefill_and_decode_are_two_workers_of_the_right_roles"
            ),
            routing="requests_are_spread_evenly",
            startup="every_worker_is_registered_with_its_role",
        ),
    ),
    Fault(
        "never ready",
        Lie(
            ask=lambda ask: (
                answer({"ready": False, "reason": "no prefill"}, 503)
                if ask.path.endswith("/ready")
                else ask
            )
        ),
        tests(
            startup="the_frontend_calls_the_model_ready",
        ),
    ),
)
