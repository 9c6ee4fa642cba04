# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Lies in whole answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faults.fault import ANSWERED, COUNTED, SERVES_ON, STREAMED, Fault, tests
from faults.lies import CHAT, COMPLETIONS, asked, last, once, said
from faults.proxy import Ask, Lie, Reply, answer

if TYPE_CHECKING:
    from collections.abc import Callable


def choice(**fields: Any) -> Callable[[Ask, dict[str, Any]], object]:
    return lambda _, data: data["choices"][0].update(fields)


def content(change: Callable[[Ask, str], object]) -> Lie:
    def reword(ask: Ask, data: dict[str, Any]) -> None:
        message = data["choices"][0]["message"]
        message["content"] = change(ask, message["content"])

    return said(reword)


def usage(**more: int) -> Lie:
    def reword(_: Ask, data: dict[str, Any]) -> None:
        for key, value in more.items():
            data["usage"][key] += value

    return said(reword)


def not_there(status: int) -> Callable[[Ask], Ask | Reply]:
    return lambda _: answer({"message": "Service temporarily unavailable"}, status)


FAULTS: tuple[Fault, ...] = (
    Fault(
        "the content is empty",
        content(lambda *_: ""),
        SERVES_ON
        | tests(
            chat=(
                "a_short_answer_begins_the_long_one a_stop_text_ends_the_answer_before_it "
                "different_prompts_get_different_answers no_character_is_lost_on_its_way "
                "the_guides_request_is_answered the_limit_may_be_left_out "
                "tools_may_be_offered"
            ),
            concurrency="two_streams_read_in_turns_stay_apart",
            disaggregation="the_end_of_a_long_prompt_crosses_too",
            multimodal=(
                "an_image_of_an_earlier_turn_is_seen "
                "every_image_counts_and_so_does_their_order the_answer_depends_on_the_image "
                "the_guides_request_is_answered"
            ),
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "the content is null",
        content(lambda *_: None),
        SERVES_ON
        | tests(
            chat=(
                "a_short_answer_begins_the_long_one a_stop_text_ends_the_answer_before_it "
                "different_prompts_get_different_answers no_character_is_lost_on_its_way "
                "the_guides_request_is_answered the_limit_may_be_left_out "
                "tools_may_be_offered"
            ),
            concurrency="two_streams_read_in_turns_stay_apart",
            disaggregation="the_end_of_a_long_prompt_crosses_too",
            multimodal=(
                "an_image_of_an_earlier_turn_is_seen "
                "every_image_counts_and_so_does_their_order the_answer_depends_on_the_image "
                "the_guides_request_is_answered"
            ),
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "no finish_reason",
        said(choice(finish_reason=None)),
        tests(
            chat=(
                "a_stop_text_ends_the_answer_before_it the_guides_request_is_answered "
                "the_limit_may_be_left_out tools_may_be_offered"
            ),
        ),
    ),
    Fault(
        "an unknown finish_reason",
        said(choice(finish_reason="error")),
        tests(
            chat=(
                "a_stop_text_ends_the_answer_before_it the_guides_request_is_answered "
                "the_limit_may_be_left_out tools_may_be_offered"
            ),
        ),
    ),
    Fault(
        "another model answers",
        said(lambda _, data: data.update(model="b/model")),
        tests(
            chat="the_guides_request_is_answered",
            multimodal="the_guides_request_is_answered",
        ),
    ),
    Fault(
        "one id for all",
        said(lambda _, data: data.update(id="chatcmpl-1")),
        tests(
            chat="every_answer_has_an_id_of_its_own",
        ),
    ),
    Fault(
        "one completion token too many",
        usage(completion_tokens=1, total_tokens=1),
        COUNTED
        | tests(
            chat="a_longer_limit_gives_a_longer_answer",
        ),
    ),
    Fault(
        "one completion token too few",
        usage(completion_tokens=-1, total_tokens=-1),
        COUNTED
        | tests(
            chat="a_longer_limit_gives_a_longer_answer",
        ),
    ),
    Fault(
        "a total that is no sum",
        usage(total_tokens=1),
        COUNTED
        | tests(
            chat="the_limit_may_be_left_out",
        ),
    ),
    Fault(
        "completion tokens are counted as prompt too",
        said(
            lambda _, data: data["usage"].update(
                prompt_tokens=data["usage"]["prompt_tokens"] + data["usage"]["completion_tokens"],
                total_tokens=data["usage"]["total_tokens"] + data["usage"]["completion_tokens"],
            )
        ),
        tests(
            chat="the_same_prompt_counts_the_same",
            streaming="a_stream_counts_its_prompt_as_a_whole_answer_does",
        ),
    ),
    Fault(
        "no prompt token is counted",
        said(
            lambda _, data: data["usage"].update(
                prompt_tokens=0,
                total_tokens=data["usage"]["completion_tokens"],
                prompt_tokens_details=None,
            )
        ),
        tests(
            chat="a_longer_prompt_counts_more_prompt_tokens the_whole_conversation_is_the_prompt",
            completions="no_chat_template_is_put_around_a_prompt",
            disaggregation="a_long_prompt_crosses",
            streaming="a_stream_counts_its_prompt_as_a_whole_answer_does",
        ),
    ),
    Fault(
        "no usage",
        said(lambda _, data: data.update(usage=None)),
        COUNTED
        | tests(
            chat=(
                "a_longer_limit_gives_a_longer_answer "
                "a_longer_prompt_counts_more_prompt_tokens the_limit_may_be_left_out "
                "the_same_prompt_counts_the_same the_whole_conversation_is_the_prompt"
            ),
            completions="no_chat_template_is_put_around_a_prompt",
            streaming="a_stream_counts_its_prompt_as_a_whole_answer_does",
        ),
    ),
    Fault(
        "no choice",
        said(lambda _, data: data.update(choices=[])),
        ANSWERED,
    ),
    Fault(
        "an error behind 200",
        said(lambda _, data: data.update(error={"message": "no"})),
        ANSWERED,
    ),
    Fault(
        "a page behind 200",
        said(lambda *_: Reply(200, {"content-type": "text/html"}, b"<html>Welcome</html>")),
        ANSWERED
        | tests(
            chat="the_id_of_a_request_comes_back",
        ),
    ),
    Fault(
        "the connection ends inside the answer",
        Lie(
            whole=lambda ask, reply: (
                Reply(reply.status, reply.headers, reply.body, 60)
                if ask.path == CHAT and reply.status == 200
                else reply
            )
        ),
        ANSWERED
        | tests(
            chat="the_id_of_a_request_comes_back",
        ),
    ),
    Fault(
        "answers are those of the request before",
        content(lambda a, t: last(a, "text", t)),
        tests(
            chat="a_short_answer_begins_the_long_one a_stop_text_ends_the_answer_before_it",
            concurrency="two_streams_read_in_turns_stay_apart",
            multimodal="every_image_counts_and_so_does_their_order",
        ),
    ),
    Fault(
        "all answers are the first one",
        content(lambda a, t: once(a, "text", t)),
        tests(
            chat=(
                "a_short_answer_begins_the_long_one a_stop_text_ends_the_answer_before_it "
                "different_prompts_get_different_answers no_character_is_lost_on_its_way"
            ),
            concurrency="two_streams_read_in_turns_stay_apart",
            disaggregation="the_end_of_a_long_prompt_crosses_too",
            multimodal=(
                "an_image_of_an_earlier_turn_is_seen "
                "every_image_counts_and_so_does_their_order the_answer_depends_on_the_image"
            ),
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "the first token is lost",
        content(lambda _, text: text[6:]),
        tests(
            concurrency="two_streams_read_in_turns_stay_apart",
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "the last token is lost",
        content(lambda _, text: text[:-6]),
        tests(
            chat="a_stop_text_ends_the_answer_before_it",
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "greedy answers differ",
        content(lambda a, t: f"{a.kept.update(['n']) or a.kept['n']} {t}"),
        tests(
            chat=(
                "a_short_answer_begins_the_long_one a_stop_text_ends_the_answer_before_it "
                "greedy_answers_repeat"
            ),
            concurrency="two_streams_read_in_turns_stay_apart",
            coverage="every_worker_gives_the_same_answer",
            multimodal="the_same_image_gets_the_same_answer",
            streaming="a_stream_says_what_a_whole_answer_says",
        ),
    ),
    Fault(
        "nothing is served",
        asked(not_there(503)),
        ANSWERED
        | STREAMED
        | tests(
            chat="the_id_of_a_request_comes_back",
        ),
    ),
    Fault(
        "completions are not served",
        asked(not_there(503), COMPLETIONS),
        tests(
            completions=(
                "a_prompt_is_continued a_stop_text_ends_the_continuation "
                "a_streamed_continuation_is_counted a_streamed_continuation_is_whole "
                "a_streamed_continuation_says_what_a_whole_one_says "
                "an_empty_prompt_is_refused every_prompt_of_a_batch_has_its_own_answer "
                "every_prompt_of_a_streamed_batch_has_its_own_answer "
                "no_chat_template_is_put_around_a_prompt token_ids_are_a_prompt"
            ),
            disaggregation="a_completion_is_disaggregated_too",
        ),
    ),
    Fault(
        "the id of the request is dropped",
        Lie(
            whole=lambda _, reply: Reply(
                reply.status,
                {key: value for key, value in reply.headers.items() if key != "x-request-id"},
                reply.body,
            )
        ),
        tests(
            chat="the_id_of_a_request_comes_back",
        ),
    ),
)
