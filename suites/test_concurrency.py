# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Many requests at once: all are whole, and each answer belongs to its own question."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.client.openai import usage_faults

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment

QUESTIONS = [f"Tell me about the number {number}." for number in range(24)]


def test_streams_at_once_are_all_whole(deployment: Deployment) -> None:
    """Two dozen at the same time: not one with a fault, not two with one id."""
    ask = partial(deployment.client.stream_chat, max_tokens=32)
    with ThreadPoolExecutor(len(QUESTIONS)) as at_once:
        results = list(at_once.map(ask, QUESTIONS))

    assert [result.faults for result in results] == [()] * len(QUESTIONS)
    assert [usage_faults(result, 32) for result in results] == [()] * len(QUESTIONS)
    assert len({result.id for result in results}) == len(QUESTIONS)


@pytest.mark.dynamo_requires("repeatable")
def test_streams_at_once_are_not_mixed_up(deployment: Deployment) -> None:
    """Each says what its question is answered alone."""
    ask = partial(deployment.client.stream_chat, max_tokens=32, temperature=0)
    alone = [ask(question).content for question in QUESTIONS]
    with ThreadPoolExecutor(len(QUESTIONS)) as at_once:
        together = [result.content for result in at_once.map(ask, QUESTIONS)]

    assert together == alone


@pytest.mark.dynamo_requires("repeatable")
def test_answers_at_once_are_not_mixed_up(deployment: Deployment) -> None:
    """The same of whole answers."""
    ask = partial(deployment.client.chat, max_tokens=16, temperature=0)
    alone = [ask(question).content for question in QUESTIONS]
    with ThreadPoolExecutor(len(QUESTIONS)) as at_once:
        together = [answer.content for answer in at_once.map(ask, QUESTIONS)]

    assert together == alone


@pytest.mark.dynamo_requires("repeatable")
def test_two_streams_read_in_turns_stay_apart(deployment: Deployment) -> None:
    """A slow reader of one stream does not get pieces of another."""
    whole = partial(deployment.client.chat, max_tokens=24, temperature=0)
    ask = partial(deployment.client.open_stream, max_tokens=24, temperature=0)
    with ask(QUESTIONS[0]) as one, ask(QUESTIONS[1]) as other:
        turns = list(zip(one, other, strict=False))
        one.finish()
        other.finish()

    assert len(turns) > 1
    assert one.result.faults == other.result.faults == ()
    assert one.result.content == whole(QUESTIONS[0]).content
    assert other.result.content == whole(QUESTIONS[1]).content
