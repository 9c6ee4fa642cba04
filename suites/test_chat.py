# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A chat completion comes back whole, and counts what it says it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.client.openai import usage_faults

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment

#: The example request of guide 001.
GUIDE_001 = "Tell me a story as if we were playing dungeons and dragons."


def test_the_guides_request_is_answered(deployment: Deployment) -> None:
    """The example of guide 001, unary: an answer with text, from the model that was asked."""
    answer = deployment.client.chat(GUIDE_001, max_tokens=30)

    assert answer.content
    assert answer.model == deployment.model
    assert answer.finish_reason in ("length", "stop")


@pytest.mark.parametrize("max_tokens", [1, 2, 17, 128])
def test_usage_is_what_was_generated(deployment: Deployment, max_tokens: int) -> None:
    """Completion tokens equal the tokens in the answer, and the total is their sum."""
    answer = deployment.client.chat(GUIDE_001, max_tokens=max_tokens)

    assert usage_faults(answer, max_tokens) == ()


def test_a_longer_prompt_counts_more_prompt_tokens(deployment: Deployment) -> None:
    """Prompt tokens follow the prompt."""
    short = deployment.client.chat("Hello.", max_tokens=2)
    long = deployment.client.chat("Hello. " * 50, max_tokens=2)

    assert short.usage is not None
    assert long.usage is not None
    assert long.usage.prompt_tokens > short.usage.prompt_tokens + 49


def test_the_whole_conversation_is_the_prompt(deployment: Deployment) -> None:
    """A system message and earlier turns reach the model."""
    messages = [
        {"role": "system", "content": "You answer in one word."},
        {"role": "user", "content": "What is the capital of France?"},
        {"role": "assistant", "content": "Paris."},
        {"role": "user", "content": "And of Italy?"},
    ]
    whole = deployment.client.chat(messages, max_tokens=4)
    last = deployment.client.chat(messages[-1:], max_tokens=4)

    assert whole.usage is not None
    assert last.usage is not None
    assert whole.usage.prompt_tokens > last.usage.prompt_tokens + 10


@pytest.mark.dynamo_requires("repeatable")
def test_greedy_answers_repeat(deployment: Deployment) -> None:
    """Temperature 0 gives the same text twice."""
    answers = {
        deployment.client.chat(GUIDE_001, max_tokens=16, temperature=0).content for _ in range(2)
    }

    assert len(answers) == 1


def test_different_prompts_get_different_answers(deployment: Deployment) -> None:
    """The answer is about the prompt: one that ignores it is the same for all."""
    answers = {
        deployment.client.chat(f"Write down the number {number}.", max_tokens=16).content
        for number in range(4)
    }

    assert len(answers) > 1


def test_every_answer_has_an_id_of_its_own(deployment: Deployment) -> None:
    """Ids tell requests apart in the logs."""
    ids = {deployment.client.chat("Hello.", max_tokens=1).id for _ in range(3)}

    assert len(ids) == 3
