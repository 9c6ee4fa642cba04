# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A streamed answer keeps to the stream grammar, and says the same as the whole one.

Status 200 and ``[DONE]`` prove nothing: a frontend whose worker died sends both. What is asked for
is a first chunk with the role, deltas, one finish_reason, usage, and ``[DONE]`` once and last.
"""

from __future__ import annotations

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
