# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A streamed answer keeps to the stream grammar, and says the same as the whole one.

Status 200 and ``[DONE]`` prove nothing: a frontend whose worker died sends both. What is asked for
is a first chunk with the role, deltas, one finish_reason, usage, and ``[DONE]`` once and last.
"""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.client.openai import usage_faults
from pytest_dynamo.client.stopping import stopped

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment

#: The example request of guide 001.
GUIDE_001 = "Tell me a story as if we were playing dungeons and dragons."
#: An engine whose sums depend on what else it computes turns a greedy token now and then, one that
#: loses or changes tokens does so every time.
TRIES = 3
#: A model that never ends by itself speaks until its context is full.
UNLIMITED_S = 600.0
#: About 2,000 tokens, over which an engine is silent for a while: to read them, or to take their
#: state over. A frontend of Dynamo 1.6.1 opens the stream only when prefill is done.
LONG = "The dragon counts its gold again and finds it short. " * 150
#: Where so many intervals pass in silence, a comment has to come.
INTERVALS = 3


@pytest.mark.parametrize("max_tokens", [1, 30, 128])
def test_a_stream_is_whole(deployment: Deployment, max_tokens: int) -> None:
    """The example of guide 001 streams without a fault of grammar."""
    result = deployment.client.stream_chat(GUIDE_001, max_tokens=max_tokens)

    assert result.faults == ()
    assert result.text or max_tokens == 1  # which may be half a character, or begin a thought
    assert result.finish_reason in ("length", "stop")


@pytest.mark.dynamo_requires("stream-usage")
@pytest.mark.parametrize("max_tokens", [1, 30, 128])
def test_a_streams_usage_is_what_was_streamed(deployment: Deployment, max_tokens: int) -> None:
    """Completion tokens equal the tokens that came."""
    result = deployment.client.stream_chat(GUIDE_001, max_tokens=max_tokens)

    assert usage_faults(result, max_tokens) == ()


@pytest.mark.dynamo_requires("repeatable")
def test_a_stream_says_what_a_whole_answer_says(deployment: Deployment) -> None:
    """Greedy decoding gives one text, streamed or not."""
    whole = partial(deployment.client.chat, GUIDE_001, max_tokens=16, temperature=0)
    streamed = partial(deployment.client.stream_chat, GUIDE_001, max_tokens=16, temperature=0)
    pairs = [(whole().text, streamed().text) for _ in range(TRIES)]

    assert any(one == other for one, other in pairs), pairs


@pytest.mark.dynamo_requires("stream-usage", "usage")
def test_a_stream_counts_its_prompt_as_a_whole_answer_does(deployment: Deployment) -> None:
    """The prompt is the same; how much of it came out of a cache may differ."""
    whole = deployment.client.chat(GUIDE_001, max_tokens=4)
    result = deployment.client.stream_chat(GUIDE_001, max_tokens=4)

    assert whole.usage is not None
    assert result.usage is not None
    assert result.usage.prompt_tokens == whole.usage.prompt_tokens


@pytest.mark.dynamo_requires("plain-streams")
def test_a_stream_has_no_events_of_a_name_that_nobody_asked_for(deployment: Deployment) -> None:
    """OpenAI clients drop or refuse them: 0.5.1 names one llm_metrics."""
    result = deployment.client.stream_chat(GUIDE_001, max_tokens=8)

    assert result.annotations == ()
    assert "stray-event" not in {fault.code for fault in result.faults}


def test_a_stream_comes_in_pieces(deployment: Deployment) -> None:
    """A stream that arrives as one chunk is a whole answer in disguise."""
    result = deployment.client.stream_chat(GUIDE_001, max_tokens=64)

    assert len(result.arrivals) > 1


def test_a_stream_without_usage_asked_for_is_whole_too(deployment: Deployment) -> None:
    """``stream_options`` may be left out."""
    result = deployment.client.stream_chat(GUIDE_001, max_tokens=16, stream_options=None)

    assert result.faults == ()
    assert result.text


def test_usage_comes_when_the_era_says(deployment: Deployment) -> None:
    """1.x counts only where ``stream_options`` asks for it, 0.4 always, others as they please."""
    unasked = {"0.x": (True, False), "1.x": (False,), "openai": (True, False)}
    result = deployment.client.stream_chat(GUIDE_001, max_tokens=8, stream_options=None)

    assert (result.usage is not None) in unasked[deployment.frontend_era]


@pytest.mark.dynamo_requires("repeatable", "stop-texts", "stops-in-streams")
def test_a_stop_text_ends_the_stream_before_it(deployment: Deployment) -> None:
    """No piece of the stop text is streamed, although it may be cut over chunks."""
    ask = partial(deployment.client.stream_chat, GUIDE_001, max_tokens=24, temperature=0)
    said = stopped(ask, TRIES)

    assert [result.faults for result, _ in said] == [()] * TRIES
    assert any(
        (result.text, result.finish_reason) == (before, "stop") for result, before in said
    ), said


@pytest.mark.dynamo_requires("own-limits")
def test_a_stream_may_leave_its_limit_out(deployment: Deployment) -> None:
    """Without ``max_tokens`` the server chooses one, and says why the stream ended."""
    result = deployment.client.stream_chat("Say hello.", max_tokens=None, deadline_s=UNLIMITED_S)

    assert result.faults == ()
    assert result.text


@pytest.mark.parametrize("text", ["Grüße", "你好世界", "🐉🎲"])
def test_any_text_may_be_streamed(deployment: Deployment, text: str) -> None:
    """No character of a question or answer is cut in two between chunks.

    A model may write half a character by itself: then the whole answer has it too.
    """
    asked = partial(deployment.client.chat, f"Repeat: {text}", max_tokens=24, temperature=0)
    result = deployment.client.stream_chat(f"Repeat: {text}", max_tokens=24, temperature=0)
    halves = result.text[:-1].count("\ufffd")

    assert result.faults == ()
    assert not halves or halves <= asked().text.count("\ufffd")


@pytest.mark.dynamo_requires("streamed-tools")
def test_tools_may_be_offered_to_a_stream(deployment: Deployment) -> None:
    """0.4 answers 501 to tools in a stream; since 1.0 they are streamed."""
    tool = {"type": "function", "function": {"name": "roll", "parameters": {"type": "object"}}}
    result = deployment.client.stream_chat("Roll a die.", max_tokens=16, tools=[tool])

    assert result.faults == ()


def test_the_stream_names_the_model_that_was_asked(deployment: Deployment) -> None:
    """Every chunk says which model speaks; the grammar holds them equal."""
    result = deployment.client.stream_chat("Hello.", max_tokens=2)

    assert result.model == deployment.answers_as


def test_every_stream_has_an_id_of_its_own(deployment: Deployment) -> None:
    """Ids tell requests apart in the logs; some servers draw them from a thousand numbers."""
    different = {"0.x": 3, "1.x": 3, "openai": 2}
    ids = {deployment.client.stream_chat("Hello.", max_tokens=1).id for _ in range(3)}

    assert len(ids) >= different[deployment.frontend_era]
    assert all(ids)


@pytest.mark.dynamo_requires("keep-alives", "keep-alive-interval")
def test_comments_come_while_the_engine_is_silent(deployment: Deployment) -> None:
    """They keep proxies from hanging up; they stand between events, and are nobody's tokens."""
    results = [
        # nothing of it is in a cache
        deployment.client.stream_chat(f"{uuid.uuid4()}. {LONG}", max_tokens=8)
        for _ in range(TRIES)
    ]

    assert [result.faults for result in results] == [()] * TRIES
    assert [usage_faults(result, 8) for result in results] == [()] * TRIES
    shortest = min(result.silent_s for result in results)
    limit_s = INTERVALS * (deployment.keep_alive_s or 0)
    if shortest <= limit_s:
        pytest.skip(f"unproven: silent for {shortest:.3f} s, where {limit_s:g} s would show it")
    assert any(result.keep_alives for result in results)


@pytest.mark.dynamo_requires("cancellations")
def test_a_client_that_hangs_up_ends_its_request(deployment: Deployment) -> None:
    """The server counts a cancelled request soon after the client is gone."""
    before = deployment.client.cancelled_requests()
    with deployment.client.open_stream(GUIDE_001, max_tokens=1500) as stream:
        next(stream)

    assert before is not None
    assert any((deployment.client.cancelled_requests() or 0) > before for _ in range(200))
