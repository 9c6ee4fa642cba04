# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is lost between the frontend and the engine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from faults.fault import Fault, tests
from faults.lies import COMPLETIONS, asked, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from faults.proxy import Ask


def first_words(length: int) -> Callable[[Ask], Ask]:
    def change(ask: Ask) -> Ask:
        messages = ask.json.get("messages")
        if not isinstance(messages, list) or len(ask.body) > 100_000:
            return ask
        return ask.but(
            messages=[
                {**message, "content": message["content"][:length]}
                if isinstance(message, dict) and isinstance(message.get("content"), str)
                else message
                for message in messages
            ]
        )

    return change


def only_ascii(ask: Ask) -> Ask:
    text = ask.json.get("messages")
    words = json.dumps(text, ensure_ascii=False).encode("ascii", "replace").decode()
    return ask.but(messages=json.loads(words))


FAULTS: tuple[Fault, ...] = (
    Fault(
        "answers end after 32 tokens",
        asked(lambda a: a.but(max_tokens=32) if a.json.get("max_tokens") in (100, 128) else a),
        tests(
            chat="a_longer_limit_gives_a_longer_answer usage_is_what_was_generated",
            streaming="a_streams_usage_is_what_was_streamed",
        ),
    ),
    Fault(
        "max_tokens is lost",
        asked(lambda a: a if (a.json.get("max_tokens") == 1500) else a.but(max_tokens=None)),
        tests(
            chat=(
                "a_longer_limit_gives_a_longer_answer a_short_answer_begins_the_long_one "
                "an_answer_that_may_not_end_goes_on_to_its_limit any_text_may_be_asked "
                "usage_is_what_was_generated"
            ),
            coverage="every_worker_answers_when_it_is_asked_itself",
            errors="a_value_out_of_range_is_refused_by_name a_wrong_body_is_refused",
            multimodal=(
                "a_multimodal_model_answers_text_alone every_kind_of_image_is_taken "
                "the_guides_request_is_answered the_guides_request_streams "
                "the_image_may_stand_before_the_text"
            ),
            streaming=(
                "a_streams_usage_is_what_was_streamed comments_come_while_the_engine_is_silent"
            ),
        ),
    ),
    Fault(
        "answers end that may not",
        asked(lambda a: a.but(ignore_eos=None, max_tokens=9) if "ignore_eos" in a.json else a),
        tests(chat="an_answer_that_may_not_end_goes_on_to_its_limit"),
    ),
    Fault(
        "max_completion_tokens is lost",
        asked(lambda a: a.but(max_completion_tokens=None)),
        tests(
            chat="the_limit_may_have_its_newer_name",
        ),
    ),
    Fault(
        "stop texts are lost",
        asked(lambda ask: ask.but(stop=None)),
        tests(
            chat="a_stop_text_ends_the_answer_before_it",
            streaming="a_stop_text_ends_the_stream_before_it",
        ),
    ),
    Fault(
        "only the last message is read",
        asked(
            lambda ask: (
                ask.but(messages=ask.json["messages"][-1:])
                if isinstance(ask.json.get("messages"), list) and ask.json["messages"]
                else ask
            )
        ),
        tests(
            chat="the_whole_conversation_is_the_prompt",
            multimodal="an_image_of_an_earlier_turn_is_seen",
        ),
    ),
    Fault(
        "prompts are cut",
        asked(first_words(80)),
        tests(
            disaggregation="a_long_prompt_crosses the_end_of_a_long_prompt_crosses_too",
        ),
    ),
    Fault(
        "only ASCII arrives",
        asked(only_ascii),
        tests(
            chat="no_character_is_lost_on_its_way",
        ),
    ),
    Fault(
        "a batch is its first prompt",
        asked(
            lambda ask: (
                ask.but(prompt=ask.json["prompt"][0])
                if isinstance(ask.json["prompt"], list) and isinstance(ask.json["prompt"][0], str)
                else ask
            ),
            COMPLETIONS,
        ),
        tests(
            completions=(
                "every_prompt_of_a_batch_has_its_own_answer "
                "every_prompt_of_a_streamed_batch_has_its_own_answer"
            ),
        ),
    ),
    Fault(
        "stop texts of completions are lost",
        asked(lambda a: a.but(stop=None), COMPLETIONS),
        tests(
            completions="a_stop_text_ends_the_continuation",
        ),
    ),
    Fault(
        "the usage of completions is off by one",
        said(lambda _, data: data["usage"].update(completion_tokens=99), COMPLETIONS),
        tests(
            completions=(
                "a_prompt_is_continued every_prompt_of_a_batch_has_its_own_answer "
                "token_ids_are_a_prompt"
            ),
        ),
    ),
)
