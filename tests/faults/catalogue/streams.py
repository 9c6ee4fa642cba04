# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Lies in streamed answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from faults.fault import WHOLE_STREAMS, Fault, tests
from faults.lies import COMPLETIONS, asked, chunks, last, streamed
from faults.proxy import HANG_UP, Ask, Lie, answer

if TYPE_CHECKING:
    from collections.abc import Callable


def drop(numbers: slice) -> Callable[[list[str]], list[str]]:
    """Take chunks with text out of a stream that has more than a few."""

    def stream(events: list[str]) -> list[str]:
        texts = [number for number, event in enumerate(events) if '"content":" w' in event]
        gone = set(texts[numbers]) if len(texts) > 4 else set()
        return [event for number, event in enumerate(events) if number not in gone]

    return stream


def finish(data: dict[str, Any], value: str | None) -> None:
    for choice in data["choices"]:
        if choice.get("finish_reason"):
            choice["finish_reason"] = value


def kept_stream(ask: Ask, events: list[str]) -> list[str]:
    """Hand out the stream of the request before."""
    return json.loads(last(ask, "stream", json.dumps(events)))


def error_inside(events: list[str]) -> list[str]:
    error = {"message": "Service temporarily unavailable", "code": 503}
    return [events[0], f"data: {json.dumps({'error': error})}", "data: [DONE]"]


def one_chunk(events: list[str]) -> list[str]:
    texts = [json.loads(event[6:]) for event in events if '"content":" w' in event]
    rest = [event for event in events if '"content":" w' not in event]
    if not texts:
        return events
    first, last = texts[0], texts[-1]
    first["choices"][0]["delta"]["content"] = "".join(
        each["choices"][0]["delta"]["content"] for each in texts
    )
    first["choices"][0]["finish_reason"] = last["choices"][0]["finish_reason"]
    return [f"data: {json.dumps(first)}", *rest]


def doubled(events: list[str]) -> list[str]:
    return [*events[:1], *events[:1], *events[1:]] if len(events) > 6 else events


def swapped(events: list[str]) -> list[str]:
    if len(events) < 8:
        return events
    return [events[0], events[2], events[1], *events[3:]]


FAULTS: tuple[Fault, ...] = (
    Fault(
        "a stream ends with [DONE] and no finish_reason",
        chunks(lambda _, data: finish(data, None)),
        WHOLE_STREAMS,
    ),
    Fault(
        "a stream finishes for no known reason",
        chunks(lambda _, d: finish(d, "done")),
        WHOLE_STREAMS,
    ),
    Fault(
        "no [DONE]",
        streamed(lambda events: events[:-1]),
        WHOLE_STREAMS,
    ),
    Fault(
        "streams hang up",
        streamed(lambda events: [*events[:1], HANG_UP]),
        WHOLE_STREAMS
        | tests(
            streaming=(
                "a_stream_comes_in_pieces a_stream_counts_its_prompt_as_a_whole_answer_does "
                "a_stream_says_what_a_whole_answer_says "
                "a_streams_usage_is_what_was_streamed"
            ),
        ),
    ),
    Fault(
        "an error inside the stream",
        streamed(error_inside),
        WHOLE_STREAMS
        | tests(
            streaming=(
                "a_stream_comes_in_pieces a_stream_counts_its_prompt_as_a_whole_answer_does "
                "a_stream_says_what_a_whole_answer_says "
                "a_streams_usage_is_what_was_streamed"
            ),
        ),
    ),
    Fault(
        "streams are empty",
        streamed(lambda _: []),
        WHOLE_STREAMS
        | tests(
            disaggregation="a_stream_is_disaggregated_too",
            streaming=(
                "a_stream_comes_in_pieces a_stream_counts_its_prompt_as_a_whole_answer_does "
                "a_stream_says_what_a_whole_answer_says "
                "a_streams_usage_is_what_was_streamed every_stream_has_an_id_of_its_own "
                "the_stream_names_the_model_that_was_asked"
            ),
        ),
    ),
    Fault(
        "streams are only [DONE]",
        streamed(lambda _: ["data: [DONE]"]),
        WHOLE_STREAMS
        | tests(
            disaggregation="a_stream_is_disaggregated_too",
            streaming=(
                "a_stream_comes_in_pieces a_stream_counts_its_prompt_as_a_whole_answer_does "
                "a_stream_says_what_a_whole_answer_says "
                "a_streams_usage_is_what_was_streamed every_stream_has_an_id_of_its_own "
                "the_stream_names_the_model_that_was_asked"
            ),
        ),
    ),
    Fault(
        "the first chunk is lost",
        streamed(drop(slice(1))),
        WHOLE_STREAMS
        | tests(
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "a chunk in the middle is lost",
        streamed(drop(slice(2, 3))),
        tests(
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "a chunk comes twice",
        streamed(doubled),
        tests(
            concurrency="two_streams_read_in_turns_stay_apart",
            multimodal="the_guides_request_streams",
            streaming=(
                "a_stream_says_what_a_whole_answer_says "
                "a_streams_usage_is_what_was_streamed comments_come_while_the_engine_is_silent"
            ),
        ),
    ),
    Fault(
        "two chunks are swapped",
        streamed(swapped),
        tests(
            concurrency="two_streams_read_in_turns_stay_apart",
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "a stream is one chunk",
        streamed(one_chunk),
        tests(
            streaming="a_stream_comes_in_pieces",
        ),
    ),
    Fault(
        "the usage of streams is off by one",
        chunks(
            lambda _, data: (
                data.get("usage")
                and data["usage"].update(
                    completion_tokens=data["usage"]["completion_tokens"] + 1,
                    total_tokens=data["usage"]["total_tokens"] + 1,
                )
            )
        ),
        tests(
            multimodal="the_guides_request_streams",
            streaming=(
                "a_streams_usage_is_what_was_streamed comments_come_while_the_engine_is_silent"
            ),
        ),
    ),
    Fault(
        "streams are not counted",
        streamed(lambda events: [each for each in events if '"choices":[]' not in each]),
        tests(
            concurrency="two_streams_read_in_turns_stay_apart",
            multimodal="the_guides_request_streams",
            streaming=(
                "a_stop_text_ends_the_stream_before_it a_stream_is_whole "
                "a_stream_may_leave_its_limit_out "
                "a_stream_counts_its_prompt_as_a_whole_answer_does "
                "a_streams_usage_is_what_was_streamed any_text_may_be_streamed "
                "comments_come_while_the_engine_is_silent tools_may_be_offered_to_a_stream"
            ),
        ),
    ),
    Fault(
        "streams have no role",
        chunks(lambda _, data: [each["delta"].pop("role", 0) for each in data["choices"]]),
        WHOLE_STREAMS,
    ),
    Fault(
        "chunks name another model",
        chunks(lambda _, data: data.update(model="b/model")),
        WHOLE_STREAMS
        | tests(
            streaming="the_stream_names_the_model_that_was_asked",
        ),
    ),
    Fault(
        "every chunk has its own id",
        chunks(lambda number, d: d.update(id=f"chat-{number}")),
        WHOLE_STREAMS
        | tests(
            streaming="every_stream_has_an_id_of_its_own",
        ),
    ),
    Fault(
        "all streams have one id",
        chunks(lambda _, data: data.update(id="chatcmpl-1")),
        tests(
            streaming="every_stream_has_an_id_of_its_own",
        ),
    ),
    Fault(
        "data after [DONE]",
        streamed(lambda events: [*events, events[0]]),
        WHOLE_STREAMS
        | tests(
            streaming=(
                "a_stream_says_what_a_whole_answer_says a_streams_usage_is_what_was_streamed"
            ),
        ),
    ),
    Fault(
        "[DONE] twice",
        streamed(lambda events: [*events, events[-1]]),
        WHOLE_STREAMS,
    ),
    Fault(
        "chunks are cut JSON",
        streamed(lambda e: [e[0], e[1][:-5], *e[2:]]),
        WHOLE_STREAMS
        | tests(
            streaming=(
                "a_stream_says_what_a_whole_answer_says a_streams_usage_is_what_was_streamed"
            ),
        ),
    ),
    Fault(
        "streams hold metrics that nobody asked for",
        streamed(lambda events: [*events[:-1], 'event: llm_metrics\n: {"isl": 5}', events[-1]]),
        WHOLE_STREAMS
        | tests(
            streaming="a_stream_has_no_events_of_a_name_that_nobody_asked_for",
        ),
    ),
    Fault(
        "streams are called text",
        Lie(stream=lambda _, events: events, stream_type="text/plain"),
        WHOLE_STREAMS
        | tests(
            completions=(
                "a_streamed_continuation_is_whole "
                "every_prompt_of_a_streamed_batch_has_its_own_answer"
            ),
            streaming="a_client_that_hangs_up_ends_its_request",
        ),
    ),
    Fault(
        "streams are those of the request before",
        Lie(stream=kept_stream),
        tests(
            completions=(
                "a_streamed_continuation_is_counted "
                "every_prompt_of_a_streamed_batch_has_its_own_answer"
            ),
            concurrency="two_streams_read_in_turns_stay_apart",
            disaggregation="a_stream_is_disaggregated_too",
            multimodal="the_guides_request_streams",
            streaming=(
                "a_stop_text_ends_the_stream_before_it "
                "a_streams_usage_is_what_was_streamed comments_come_while_the_engine_is_silent"
            ),
        ),
    ),
    Fault(
        "streams do not stop",
        asked(lambda ask: ask.but(stop=None) if ask.streams else ask),
        tests(
            streaming="a_stop_text_ends_the_stream_before_it",
        ),
    ),
    Fault(
        "usage is streamed unasked",
        asked(lambda ask: ask.but(stream_options={"include_usage": True}) if ask.streams else ask),
        tests(
            streaming="usage_comes_when_the_era_says",
        ),
    ),
    Fault(
        "those who hang up are not noticed",
        Lie(deaf=True),
        tests(
            streaming="a_client_that_hangs_up_ends_its_request",
        ),
    ),
    Fault(
        "tools break streams",
        asked(
            lambda ask: (
                answer({"message": "no"}, 501) if ask.streams and "tools" in ask.json else ask
            )
        ),
        tests(
            streaming="tools_may_be_offered_to_a_stream",
        ),
    ),
    Fault(
        "streams of completions have no end",
        streamed(lambda e: e[:-1], COMPLETIONS),
        tests(
            completions=(
                "a_streamed_continuation_is_whole "
                "every_prompt_of_a_streamed_batch_has_its_own_answer"
            ),
        ),
    ),
)
