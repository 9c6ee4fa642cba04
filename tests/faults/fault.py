# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a lie of the catalogue is, and the tests that many of them make fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from faults.proxy import Lie


@dataclass(frozen=True)
class Fault:
    """One lie, the deployment it is told of, and the tests that fail.

    An ``exclusive`` one is told to tests that kill; ``needs`` is a program or package without which
    they skip. ``record`` lies in a copy of the run directory, where the processes are told of;
    ``words`` are more arguments of pytest. ``attached``: it is told at a URL, of a deployment that
    nothing is known of.
    """

    name: str
    lie: Lie
    fails: frozenset[str] = frozenset()
    on: str = "even"
    exclusive: bool = False
    record: Callable[[Path], None] | None = None
    needs: str | None = None
    words: tuple[str, ...] = ()
    attached: bool = False

    def names(self, word: str) -> bool:
        """Return whether a test of such a name has to fail."""
        return any(word in test for test in self.fails)


def tests(**files: str) -> frozenset[str]:
    """Return the names of tests: under each file, its functions."""
    return frozenset(f"{file}: {name}" for file, names in files.items() for name in names.split())


#: After each refusal it is asked whether it serves on.
SERVES_ON = tests(
    errors=(
        "a_prompt_longer_than_the_model_reads_is_refused a_refusal_is_json_with_a_message "
        "a_value_out_of_range_is_refused_by_name a_wrong_body_is_refused "
        "an_unknown_model_is_not_found an_unknown_route_is_not_found "
        "another_content_type_is_refused chat_is_asked_by_post malformed_json_is_refused"
    ),
    multimodal=(
        "an_image_larger_than_a_message_is_answered_or_refused "
        "an_image_that_cannot_be_had_is_refused"
    ),
)


#: Look at the counts of a whole answer to a chat.
COUNTED = tests(
    chat=(
        "an_answer_that_may_not_end_goes_on_to_its_limit any_text_may_be_asked "
        "the_limit_may_have_its_newer_name usage_is_what_was_generated"
    ),
    coverage="every_worker_answers_when_it_is_asked_itself",
    disaggregation="a_long_prompt_crosses",
    multimodal=(
        "a_multimodal_model_answers_text_alone every_kind_of_image_is_taken "
        "the_guides_request_is_answered the_image_may_stand_before_the_text"
    ),
)


#: Need a whole answer to a chat.
ANSWERED = (
    COUNTED
    | SERVES_ON
    | tests(
        chat=(
            "a_longer_limit_gives_a_longer_answer a_longer_prompt_counts_more_prompt_tokens "
            "a_short_answer_begins_the_long_one a_stop_text_ends_the_answer_before_it "
            "different_prompts_get_different_answers every_answer_has_an_id_of_its_own "
            "greedy_answers_repeat no_character_is_lost_on_its_way the_guides_request_is_answered "
            "the_limit_may_be_left_out the_same_prompt_counts_the_same "
            "the_whole_conversation_is_the_prompt tools_may_be_offered"
        ),
        completions="no_chat_template_is_put_around_a_prompt",
        concurrency="two_streams_read_in_turns_stay_apart",
        coverage="every_worker_gives_the_same_answer requests_reach_every_worker_by_themselves",
        disaggregation=(
            "every_prefill_worker_hands_over_to_every_decode_worker "
            "prefill_and_decode_are_two_workers_of_the_right_roles "
            "the_end_of_a_long_prompt_crosses_too the_frontend_measures_both_roles"
        ),
        known_issues="an_answer_without_a_limit_does_not_stop_at_32_tokens",
        models="the_list_is_the_same_before_and_after_requests",
        multimodal=(
            "an_image_of_an_earlier_turn_is_seen every_image_counts_and_so_does_their_order "
            "the_answer_depends_on_the_image the_same_image_gets_the_same_answer"
        ),
        routing="requests_are_spread_evenly",
        streaming=(
            "a_stream_counts_its_prompt_as_a_whole_answer_does "
            "a_stream_says_what_a_whole_answer_says"
        ),
    )
)


#: Hold a streamed chat to the grammar.
WHOLE_STREAMS = tests(
    concurrency="two_streams_read_in_turns_stay_apart",
    multimodal="the_guides_request_streams",
    streaming=(
        "a_stop_text_ends_the_stream_before_it a_stream_is_whole "
        "a_stream_may_leave_its_limit_out a_stream_without_usage_asked_for_is_whole_too "
        "any_text_may_be_streamed comments_come_while_the_engine_is_silent "
        "tools_may_be_offered_to_a_stream"
    ),
)


#: Ask for a streamed chat.
STREAMED = tests(
    disaggregation="a_stream_is_disaggregated_too",
    known_issues="nothing_stays_in_use_when_requests_are_over",
    multimodal="the_guides_request_streams",
    streaming=(
        "a_client_that_hangs_up_ends_its_request a_stop_text_ends_the_stream_before_it "
        "a_stream_comes_in_pieces a_stream_has_no_events_of_a_name_that_nobody_asked_for "
        "a_stream_is_whole a_stream_may_leave_its_limit_out "
        "a_stream_without_usage_asked_for_is_whole_too a_streams_usage_is_what_was_streamed "
        "any_text_may_be_streamed comments_come_while_the_engine_is_silent "
        "every_stream_has_an_id_of_its_own "
        "the_stream_names_the_model_that_was_asked tools_may_be_offered_to_a_stream "
        "usage_comes_when_the_era_says"
    ),
)
