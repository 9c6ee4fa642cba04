# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Lies about who serves, and out of which cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.fault import COUNTED, Fault, tests
from faults.lies import CHAT, asked, chunks, dead_worker, once, said
from faults.proxy import Ask, Lie, Reply, answer

if TYPE_CHECKING:
    from collections.abc import Callable


def workers(change: Callable[[dict[str, int]], object]) -> Lie:
    """Change the ids of the workers that an answer or stream names."""

    def change_all(data: dict[str, Any]) -> None:
        if ids := (data.get("nvext") or {}).get("worker_id"):
            change(ids)

    def stream(ask: Ask, events: list[str]) -> list[str]:
        inner = chunks(lambda _, data: change_all(data), ask.path).stream
        return inner(ask, events) if inner else events

    def whole(_: Ask, reply: Reply) -> Reply:
        if not isinstance(data := reply.json, dict):
            return reply
        change_all(data)
        return reply.saying(data)

    return Lie(whole=whole, stream=stream)


def learned(ask: Ask, reply: Reply) -> Reply:
    """Remember the first prefill worker that an answer names."""
    if isinstance(reply.json, dict):
        ids = (reply.json.get("nvext") or {}).get("worker_id") or {}
        ask.kept["prefill"] = ask.kept["prefill"] or ids.get("prefill_worker_id", 0)
    return reply


def pinned(ask: Ask) -> Ask:
    """Send all to that worker that do not say themselves where they go."""
    nvext = ask.json.get("nvext") or {}
    if ask.path != CHAT or not ask.kept["prefill"] or not ask.json.get("messages"):
        return ask
    return ask.but(nvext={"prefill_worker_id": ask.kept["prefill"], **nvext})


def stale_cache(_: Ask, data: dict[str, Any]) -> None:
    details = data["usage"].get("prompt_tokens_details") or {}
    if (details.get("cached_tokens") or 0) > 200:
        message = data["choices"][0]["message"]
        message["content"] = message["content"][::-1]


def told_to(ask: Ask, *keys: str) -> tuple[int, ...]:
    nvext = ask.json.get("nvext") or {}
    return tuple(nvext[key] for key in keys if key in nvext)


def broken_link(ask: Ask) -> Ask | Reply:
    pair = told_to(ask, "prefill_worker_id", "decode_worker_id")
    if len(pair) == 2 and once(ask, "link", str(pair)) == str(pair):
        return answer({"message": "KV transfer failed", "code": 500}, 500)
    return ask


def other_weights(ask: Ask, data: dict[str, Any]) -> None:
    pinned = told_to(ask, "prefill_worker_id")
    if pinned and once(ask, "weights", str(pinned)) == str(pinned):
        message = data["choices"][0]["message"]
        message["content"] = message["content"][::-1]


def not_pinned(ask: Ask) -> Ask:
    nvext = dict(ask.json.get("nvext") or {})
    for key in ("prefill_worker_id", "decode_worker_id"):
        nvext.pop(key, None)
    return ask.but(nvext=nvext or None)


def no_prefill_metrics(ask: Ask, reply: Reply) -> Reply:
    if ask.path != "/metrics":
        return reply
    lines = reply.body.decode().splitlines(keepends=True)
    return reply.saying("".join(line for line in lines if 'worker_type="prefill"' not in line))


def half_handed_over(ask: Ask, data: dict[str, Any]) -> None:
    """A greedy answer of eight tokens is another than that of a worker which did it alone."""
    if (ask.json.get("max_tokens"), ask.json.get("temperature")) == (8, 0):
        message = data["choices"][0]["message"]
        message["content"] = message["content"][::-1]


FAULTS: tuple[Fault, ...] = (
    Fault(
        "half of the state is handed over",
        said(half_handed_over),
        tests(disaggregation="an_aggregated_worker_says_the_same"),
    ),
    Fault(
        "prefill is never used",
        workers(lambda ids: ids.update(prefill_worker_id=ids["decode_worker_id"])),
        tests(
            coverage=(
                "every_worker_answers_when_it_is_asked_itself "
                "requests_reach_every_worker_by_themselves"
            ),
            disaggregation=(
                "a_completion_is_disaggregated_too a_stream_is_disaggregated_too "
                "every_prefill_worker_hands_over_to_every_decode_worker "
                "prefill_and_decode_are_two_workers_of_the_right_roles "
                "the_frontend_measures_both_roles"
            ),
            routing="requests_are_spread_evenly",
        ),
    ),
    Fault(
        "the roles are swapped",
        workers(
            lambda ids: ids.update(
                prefill_worker_id=ids["decode_worker_id"], decode_worker_id=ids["prefill_worker_id"]
            )
        ),
        tests(
            disaggregation=(
                "a_completion_is_disaggregated_too a_stream_is_disaggregated_too "
                "every_prefill_worker_hands_over_to_every_decode_worker "
                "prefill_and_decode_are_two_workers_of_the_right_roles "
                "the_frontend_measures_both_roles"
            ),
            routing="requests_are_spread_evenly",
        ),
    ),
    Fault(
        "a worker is listed and dead",
        Lie(whole=dead_worker),
        tests(
            coverage=(
                "every_worker_answers_when_it_is_asked_itself "
                "every_worker_gives_the_same_answer requests_reach_every_worker_by_themselves"
            ),
            disaggregation="every_prefill_worker_hands_over_to_every_decode_worker",
            routing="requests_are_spread_evenly",
        ),
    ),
    Fault(
        "one link between two workers is broken",
        asked(broken_link),
        tests(
            disaggregation="every_prefill_worker_hands_over_to_every_decode_worker",
        ),
    ),
    Fault(
        "one worker holds other weights",
        said(other_weights),
        tests(
            coverage="every_worker_gives_the_same_answer",
        ),
    ),
    Fault(
        "requests go where they want",
        asked(not_pinned),
        tests(
            coverage="every_worker_answers_when_it_is_asked_itself",
            disaggregation="every_prefill_worker_hands_over_to_every_decode_worker",
        ),
    ),
    Fault(
        "prefill is not measured",
        Lie(whole=no_prefill_metrics),
        tests(
            disaggregation="the_frontend_measures_both_roles",
        ),
    ),
    Fault(
        "prefixes are not cached",
        said(lambda _, data: data["usage"].update(prompt_tokens_details={"cached_tokens": 0})),
        tests(
            routing="a_repeated_prefix_goes_to_the_worker_that_holds_it",
        ),
        on="kv",
    ),
    Fault(
        "everything is cached",
        said(
            lambda _, data: data["usage"].update(
                prompt_tokens_details={"cached_tokens": data["usage"]["prompt_tokens"] - 1}
            )
        ),
        tests(
            routing=(
                "a_prefix_that_was_never_seen_is_not_in_the_cache "
                "a_repeated_prefix_goes_to_the_worker_that_holds_it"
            ),
        ),
        on="kv",
    ),
    Fault(
        "more is cached than was asked",
        said(
            lambda _, data: data["usage"].update(prompt_tokens_details={"cached_tokens": 999_999})
        ),
        COUNTED
        | tests(
            chat="the_limit_may_be_left_out",
        ),
    ),
    Fault(
        "a cached prefix is another prompt",
        said(stale_cache),
        tests(routing="the_cache_does_not_change_the_answer"),
        on="kv",
    ),
    Fault(
        "one worker gets all requests",
        Lie(ask=pinned, whole=learned),
        tests(
            coverage="requests_reach_every_worker_by_themselves",
            routing="different_prefixes_are_spread",
        ),
        on="kv",
    ),
)
