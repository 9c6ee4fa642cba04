# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A chat completion comes back whole, and counts what it says it counts."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

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

DICE: dict[str, Any] = {  # Any: JSON values
    "type": "function",
    "function": {
        "name": "roll",
        "description": "Roll dice.",
        "parameters": {"type": "object", "properties": {"sides": {"type": "integer"}}},
    },
}


def test_the_guides_request_is_answered(deployment: Deployment) -> None:
    """The example of guide 001, unary: an answer with text, from the model that was asked."""
    answer = deployment.client.chat(GUIDE_001, max_tokens=30)

    assert answer.text
    assert answer.model == deployment.answers_as
    assert answer.finish_reason in ("length", "stop")


@pytest.mark.dynamo_requires("usage")
@pytest.mark.parametrize("max_tokens", [1, 2, 17, 128])
def test_usage_is_what_was_generated(deployment: Deployment, max_tokens: int) -> None:
    """Completion tokens equal the tokens in the answer, and the total is their sum."""
    answer = deployment.client.chat(GUIDE_001, max_tokens=max_tokens)

    assert usage_faults(answer, max_tokens) == ()


@pytest.mark.dynamo_requires("usage")
def test_a_longer_limit_gives_a_longer_answer(deployment: Deployment) -> None:
    """The answer grows with what it may have: none stops at a limit of the server's own.

    Until Dynamo 0.8, an answer ended after 32 tokens where its limit was lost on the way.
    """
    answer = deployment.client.chat(GUIDE_001, max_tokens=100)

    assert answer.usage is not None
    assert answer.finish_reason != "length" or answer.usage.completion_tokens == 100


@pytest.mark.dynamo_requires("repeatable")
def test_a_short_answer_begins_the_long_one(deployment: Deployment) -> None:
    """``max_tokens`` cuts a greedy answer and changes nothing else: no token is lost or added."""
    ask = partial(deployment.client.chat, GUIDE_001, temperature=0)
    pairs = [(ask(max_tokens=5).text, ask(max_tokens=32).text) for _ in range(TRIES)]

    assert any(long.startswith(short) and len(long) > len(short) for short, long in pairs)


@pytest.mark.dynamo_requires("own-limits")
def test_the_limit_may_be_left_out(deployment: Deployment) -> None:
    """Without ``max_tokens`` the server chooses one, and says why the answer ended."""
    answer = deployment.client.chat("Say hello.", max_tokens=None, deadline_s=UNLIMITED_S)

    assert usage_faults(answer, None) == ()
    assert answer.text
    assert answer.finish_reason in ("length", "stop")


@pytest.mark.dynamo_requires("newer-limit")
def test_the_limit_may_have_its_newer_name(deployment: Deployment) -> None:
    """``max_completion_tokens`` is what newer clients send."""
    answer = deployment.client.chat(GUIDE_001, max_tokens=None, max_completion_tokens=5)

    assert usage_faults(answer, 5) == ()


@pytest.mark.dynamo_requires("usage")
def test_a_longer_prompt_counts_more_prompt_tokens(deployment: Deployment) -> None:
    """Prompt tokens follow the prompt."""
    short = deployment.client.chat("Hello.", max_tokens=2)
    long = deployment.client.chat("Hello. " * 50, max_tokens=2)

    assert short.usage is not None
    assert long.usage is not None
    assert long.usage.prompt_tokens > short.usage.prompt_tokens + 49


@pytest.mark.dynamo_requires("usage")
def test_the_same_prompt_counts_the_same(deployment: Deployment) -> None:
    """Prompt tokens are a matter of the prompt, not of the worker or of how long it answers."""
    counts = {
        answer.usage and answer.usage.prompt_tokens
        for answer in (deployment.client.chat(GUIDE_001, max_tokens=n) for n in (1, 2, 20, 1))
    }

    assert len(counts) == 1
    assert None not in counts


@pytest.mark.dynamo_requires("system-messages", "usage")
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


@pytest.mark.parametrize(
    "text",
    ["Grüße", "你好世界", "🐉🎲", "a\u0000b", "e\u0301", "\n\n", "'; -- <|im_end|> {{x}}"],
    ids=["latin", "chinese", "emoji", "zero", "combining", "blank", "markup"],
)
def test_any_text_may_be_asked(deployment: Deployment, text: str) -> None:
    """No text of a user breaks the request."""
    answer = deployment.client.chat(f"Repeat: {text}", max_tokens=4)

    assert usage_faults(answer, 4) == ()


@pytest.mark.dynamo_requires("repeatable")
def test_no_character_is_lost_on_its_way(deployment: Deployment) -> None:
    """Prompts that differ in one character beyond ASCII are two prompts."""
    answers = {
        deployment.client.chat(f"Say {text} again.", max_tokens=32, temperature=0).text
        for text in ("ü", "ö", "龍", "虎", "🐉", "🎲")
    }

    assert len(answers) > 3


@pytest.mark.dynamo_requires("greedy")
def test_greedy_answers_repeat(deployment: Deployment) -> None:
    """Temperature 0 gives the same text again; of five, one may differ where sums do."""
    answers = Counter(
        deployment.client.chat(GUIDE_001, max_tokens=16, temperature=0).text for _ in range(5)
    )

    assert max(answers.values()) >= 4


@pytest.mark.dynamo_requires("repeatable", "stop-texts")
def test_a_stop_text_ends_the_answer_before_it(deployment: Deployment) -> None:
    """What comes before the stop text is the answer; the stop text itself is not in it."""
    ask = partial(deployment.client.chat, GUIDE_001, max_tokens=24, temperature=0)
    said = stopped(ask, TRIES)

    assert any(
        (answer.text, answer.finish_reason) == (before, "stop") for answer, before in said
    ), said


@pytest.mark.dynamo_requires("engine", "seeds")
def test_a_seed_repeats_what_was_drawn(deployment: Deployment) -> None:
    """One seed draws one answer, also at a temperature where answers differ."""
    answers = {
        deployment.client.chat(GUIDE_001, max_tokens=16, temperature=1, seed=7).text
        for _ in range(2)
    }

    assert len(answers) == 1


@pytest.mark.dynamo_requires("engine", "api-1.x")
def test_a_temperature_draws_different_answers(deployment: Deployment) -> None:
    """Sampling parameters reach the engine: some releases lost them on the way (#2035, #3162)."""
    answers = {
        deployment.client.chat(GUIDE_001, max_tokens=32, temperature=1).text for _ in range(5)
    }

    assert len(answers) > 1


@pytest.mark.dynamo_requires("api-1.x", "usage")
def test_an_answer_that_may_not_end_goes_on_to_its_limit(deployment: Deployment) -> None:
    """``ignore_eos`` reaches the engine: else a load test measures shorter answers (#2023)."""
    answer = deployment.client.chat("Say yes.", max_tokens=64, ignore_eos=True)

    assert usage_faults(answer, 64) == ()
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 64


@pytest.mark.dynamo_requires("engine", "several-answers")
def test_two_answers_are_two_when_asked_for(deployment: Deployment) -> None:
    """``n`` is not ignored."""
    answer = deployment.client.chat(GUIDE_001, max_tokens=8, temperature=1, n=2)

    assert [choice.index for choice in answer.choices] == [0, 1]


@pytest.mark.dynamo_requires("engine", "log-probabilities", "usage")
def test_every_token_has_a_log_probability_when_asked_for(deployment: Deployment) -> None:
    """As many entries as tokens; the one that ended the answer need not have any."""
    answer = deployment.client.chat(GUIDE_001, max_tokens=8, logprobs=True, top_logprobs=2)
    entries = answer.raw["choices"][0]["logprobs"]["content"]

    assert answer.usage is not None
    assert len(entries) + (answer.finish_reason == "stop") >= answer.usage.completion_tokens
    assert len(entries) <= answer.usage.completion_tokens
    assert all(entry["logprob"] <= 0 for entry in entries)


@pytest.mark.dynamo_requires("tools")
def test_tools_may_be_offered(deployment: Deployment) -> None:
    """A request with tools is answered, by a call or by a text."""
    answer = deployment.client.chat("Roll a die.", max_tokens=32, tools=[DICE])

    assert answer.choices[0].pieces
    assert answer.finish_reason in ("length", "stop", "tool_calls")


def test_different_prompts_get_different_answers(deployment: Deployment) -> None:
    """The answer is about the prompt: one that ignores it is the same for all."""
    answers = {
        deployment.client.chat(f"Write down the number {number}.", max_tokens=48).text
        for number in range(4)
    }

    assert len(answers) > 1


def test_every_answer_has_an_id_of_its_own(deployment: Deployment) -> None:
    """Ids tell requests apart in the logs; some servers draw them from a thousand numbers."""
    different = {"0.x": 3, "1.x": 3, "openai": 2}
    ids = {deployment.client.chat("Hello.", max_tokens=1).id for _ in range(3)}

    assert len(ids) >= different[deployment.frontend_era]
    assert all(ids)


@pytest.mark.dynamo_requires("request-ids")
def test_the_id_of_a_request_comes_back(deployment: Deployment) -> None:
    """``x-request-id`` is how a caller finds its request in the logs."""
    reply = deployment.client.post(
        "/v1/chat/completions",
        json={
            "model": deployment.model,
            "messages": [{"role": "user", "content": "Hello."}],
            "max_tokens": 1,
        },
        headers={"x-request-id": "6f9619ff-8b86-4011-b42d-00c04fc964ff"},
    )

    assert reply.headers.get("x-request-id") == "6f9619ff-8b86-4011-b42d-00c04fc964ff"
