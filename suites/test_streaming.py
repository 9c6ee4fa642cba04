# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A streamed answer keeps to the stream grammar, and says the same as the whole one.

Status 200 and ``[DONE]`` prove nothing: a frontend whose worker died sends both. What is asked for
is a first chunk with the role, deltas, one finish_reason, usage, and ``[DONE]`` once and last.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.client.openai import usage_faults

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment

#: The example request of guide 001.
GUIDE_001 = "Tell me a story as if we were playing dungeons and dragons."


@pytest.mark.parametrize("max_tokens", [1, 30, 128])
def test_a_stream_is_whole(deployment: Deployment, max_tokens: int) -> None:
    """The example of guide 001 streams without a fault of grammar."""
    result = deployment.client.stream_chat(GUIDE_001, max_tokens=max_tokens)

    assert result.faults == ()
    assert result.content
    assert result.finish_reason in ("length", "stop")


@pytest.mark.parametrize("max_tokens", [1, 30, 128])
def test_a_streams_usage_is_what_was_streamed(deployment: Deployment, max_tokens: int) -> None:
    """Completion tokens equal the tokens that came."""
    result = deployment.client.stream_chat(GUIDE_001, max_tokens=max_tokens)

    assert usage_faults(result, max_tokens) == ()


@pytest.mark.dynamo_requires("repeatable")
def test_a_stream_says_what_a_whole_answer_says(deployment: Deployment) -> None:
    """Greedy decoding gives one text, streamed or not."""
    whole = deployment.client.chat(GUIDE_001, max_tokens=16, temperature=0)
    result = deployment.client.stream_chat(GUIDE_001, max_tokens=16, temperature=0)

    assert result.content == whole.content
    assert result.usage == whole.usage


def test_a_stream_comes_in_pieces(deployment: Deployment) -> None:
    """A stream that arrives as one chunk is a whole answer in disguise."""
    result = deployment.client.stream_chat(GUIDE_001, max_tokens=64)

    assert len(result.arrivals) > 1


def test_a_stream_without_usage_asked_for_is_whole_too(deployment: Deployment) -> None:
    """``stream_options`` may be left out."""
    result = deployment.client.stream_chat(GUIDE_001, max_tokens=8, stream_options=None)

    assert result.faults == ()
    assert result.content


def test_usage_comes_when_the_era_says(deployment: Deployment) -> None:
    """1.x and others count only where ``stream_options`` asks for it, 0.x in every chunk."""
    unasked = {"0.x": True, "1.x": False, "openai": False}
    result = deployment.client.stream_chat(GUIDE_001, max_tokens=8, stream_options=None)

    assert (result.usage is not None) is unasked[deployment.frontend_era]


@pytest.mark.dynamo_requires("repeatable", "stop-texts", "stops-in-streams")
def test_a_stop_text_ends_the_stream_before_it(deployment: Deployment) -> None:
    """No piece of the stop text is streamed, although it may be cut over chunks."""
    whole = deployment.client.stream_chat(GUIDE_001, max_tokens=24, temperature=0).content
    stop = whole[len(whole) // 2 :][:6]
    result = deployment.client.stream_chat(GUIDE_001, max_tokens=24, temperature=0, stop=[stop])

    assert result.faults == ()
    assert result.content == whole.partition(stop)[0]
    assert result.finish_reason == "stop"


@pytest.mark.dynamo_requires("own-limits")
def test_a_stream_may_leave_its_limit_out(deployment: Deployment) -> None:
    """Without ``max_tokens`` the server chooses one, and says why the stream ended."""
    result = deployment.client.stream_chat("Say hello.", max_tokens=None)

    assert result.faults == ()
    assert usage_faults(result, None) == ()


@pytest.mark.parametrize("text", ["Grüße", "你好世界", "🐉🎲"])
def test_any_text_may_be_streamed(deployment: Deployment, text: str) -> None:
    """No character of a question or answer is cut in two between chunks.

    A model may write half a character by itself: then the whole answer has it too.
    """
    asked = partial(deployment.client.chat, f"Repeat: {text}", max_tokens=24, temperature=0)
    result = deployment.client.stream_chat(f"Repeat: {text}", max_tokens=24, temperature=0)
    halves = result.content[:-1].count("\ufffd")

    assert result.faults == ()
    assert not halves or halves <= asked().content.count("\ufffd")


@pytest.mark.dynamo_requires("streamed-tools")
def test_tools_may_be_offered_to_a_stream(deployment: Deployment) -> None:
    """0.4 answers 501 to tools in a stream; since 1.0 they are streamed."""
    tool = {"type": "function", "function": {"name": "roll", "parameters": {"type": "object"}}}
    result = deployment.client.stream_chat("Roll a die.", max_tokens=16, tools=[tool])

    assert result.faults == ()


def test_the_stream_names_the_model_that_was_asked(deployment: Deployment) -> None:
    """Every chunk says which model speaks; the grammar holds them equal."""
    assert deployment.client.stream_chat("Hello.", max_tokens=2).model == deployment.model


def test_every_stream_has_an_id_of_its_own(deployment: Deployment) -> None:
    """Ids tell requests apart in the logs."""
    ids = {deployment.client.stream_chat("Hello.", max_tokens=1).id for _ in range(3)}

    assert len(ids) == 3


@pytest.mark.dynamo_requires("cancellations")
def test_a_client_that_hangs_up_ends_its_request(deployment: Deployment) -> None:
    """The server counts a cancelled request soon after the client is gone."""
    before = deployment.client.cancelled_requests()
    with deployment.client.open_stream(GUIDE_001, max_tokens=1500) as stream:
        next(stream)

    assert before is not None
    assert any((deployment.client.cancelled_requests() or 0) > before for _ in range(200))
