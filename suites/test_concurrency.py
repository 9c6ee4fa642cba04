# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Many requests at once: all are whole, and each answer belongs to its own question."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.client.mixing import mixed_up
from pytest_dynamo.client.openai import usage_faults

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment

#: A server with one slot answers them one after another.
AT_ONCE_S = 600.0
QUESTIONS = [f"Tell me about the number {number}." for number in range(24)]


def test_streams_at_once_are_all_whole(deployment: Deployment) -> None:
    """Two dozen at the same time: not one with a fault, not two with one id.

    Servers that draw ids from a thousand numbers draw one twice now and then.
    """
    different = {"0.x": 24, "1.x": 24, "openai": 16}
    ask = partial(deployment.client.stream_chat, max_tokens=32, deadline_s=AT_ONCE_S)
    with ThreadPoolExecutor(len(QUESTIONS)) as at_once:
        results = list(at_once.map(ask, QUESTIONS))

    assert [result.faults for result in results] == [()] * len(QUESTIONS)
    assert len({result.id for result in results}) >= different[deployment.frontend_era]


@pytest.mark.dynamo_requires("stream-usage", "usage")
def test_streams_at_once_are_counted_right(deployment: Deployment) -> None:
    """Each counts its own tokens, and the prompt that only it has."""
    limits = range(8, 8 + len(QUESTIONS))
    prompts = [f"{question} " + "And so on. " * number for number, question in enumerate(QUESTIONS)]
    ask = partial(deployment.client.stream_chat, deadline_s=AT_ONCE_S)
    alone = [
        deployment.client.chat(prompt, max_tokens=1, deadline_s=AT_ONCE_S).usage
        for prompt in prompts
    ]
    with ThreadPoolExecutor(len(QUESTIONS)) as at_once:
        asked = [
            at_once.submit(ask, prompt, max_tokens=limit)
            for prompt, limit in zip(prompts, limits, strict=True)
        ]
    results = [each.result() for each in asked]

    assert [
        fault
        for result, limit, whole in zip(results, limits, alone, strict=True)
        for fault in usage_faults(result, limit, prompt_tokens=whole.prompt_tokens if whole else -1)
    ] == []


@pytest.mark.dynamo_requires("repeatable")
def test_streams_at_once_are_not_mixed_up(deployment: Deployment) -> None:
    """None holds words of what another question is answered."""
    ask = partial(
        deployment.client.stream_chat, max_tokens=32, temperature=0, deadline_s=AT_ONCE_S
    )
    alone = [ask(question).text for question in QUESTIONS]
    with ThreadPoolExecutor(len(QUESTIONS)) as at_once:
        together = [result.text for result in at_once.map(ask, QUESTIONS)]

    assert mixed_up(together, alone) == ()


@pytest.mark.dynamo_requires("repeatable")
def test_answers_at_once_are_not_mixed_up(deployment: Deployment) -> None:
    """The same of whole answers."""
    ask = partial(deployment.client.chat, max_tokens=16, temperature=0, deadline_s=AT_ONCE_S)
    alone = [ask(question).text for question in QUESTIONS]
    with ThreadPoolExecutor(len(QUESTIONS)) as at_once:
        together = [answer.text for answer in at_once.map(ask, QUESTIONS)]

    assert mixed_up(together, alone) == ()


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
    assert mixed_up(
        [one.result.text, other.result.text], [whole(each).text for each in QUESTIONS[:2]]
    ) == ()
