# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""``/v1/completions`` continues a prompt as it stands: without a chat template."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.client.openai import usage_faults
from pytest_dynamo.client.stopping import stopped

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment

pytestmark = pytest.mark.dynamo_requires("completions")

#: An engine whose sums depend on what else it computes turns a greedy token now and then.
TRIES = 3
PROMPT = "Once upon a time there was a dragon"
TWO = [PROMPT, "It was a dark and stormy night"]


@pytest.mark.parametrize("max_tokens", [1, 17])
def test_a_prompt_is_continued(deployment: Deployment, max_tokens: int) -> None:
    """Text, a reason for its end, and the counts that belong to it."""
    answer = deployment.client.completions(PROMPT, max_tokens=max_tokens)

    assert answer.text or max_tokens == 1  # which may be half a character
    assert answer.model == deployment.answers_as
    assert answer.finish_reason in ("length", "stop")
    assert usage_faults(answer, max_tokens) == ()


@pytest.mark.parametrize("max_tokens", [1, 17])
def test_a_streamed_continuation_is_whole(deployment: Deployment, max_tokens: int) -> None:
    """The grammar of a stream holds here too."""
    result = deployment.client.stream_completions(PROMPT, max_tokens=max_tokens)

    assert result.faults == ()
    assert result.text or max_tokens == 1


@pytest.mark.dynamo_requires("stream-usage")
@pytest.mark.parametrize("max_tokens", [1, 17])
def test_a_streamed_continuation_is_counted(deployment: Deployment, max_tokens: int) -> None:
    """Completion tokens equal the tokens that came."""
    result = deployment.client.stream_completions(PROMPT, max_tokens=max_tokens)

    assert usage_faults(result, max_tokens) == ()


@pytest.mark.dynamo_requires("repeatable")
def test_a_streamed_continuation_says_what_a_whole_one_says(deployment: Deployment) -> None:
    """Greedy decoding gives one text, streamed or not."""
    whole = partial(deployment.client.completions, PROMPT, max_tokens=16, temperature=0)
    streamed = partial(deployment.client.stream_completions, PROMPT, max_tokens=16, temperature=0)
    pairs = [(whole().text, streamed().text) for _ in range(TRIES)]

    assert any(one == other for one, other in pairs), pairs


@pytest.mark.dynamo_requires("repeatable", "stop-texts", "stops-in-completions")
def test_a_stop_text_ends_the_continuation(deployment: Deployment) -> None:
    """What comes before the stop text is the answer."""
    ask = partial(deployment.client.completions, PROMPT, max_tokens=24, temperature=0)
    said = stopped(ask, TRIES)

    assert any(
        (answer.text, answer.finish_reason) == (before, "stop") for answer, before in said
    ), said


@pytest.mark.dynamo_requires("bare-prompts", "usage")
def test_no_chat_template_is_put_around_a_prompt(deployment: Deployment) -> None:
    """A chat counts more prompt tokens than the bare text: its template."""
    bare = deployment.client.completions("Hello.", max_tokens=1)
    chat = deployment.client.chat("Hello.", max_tokens=1)

    assert bare.usage is not None
    assert chat.usage is not None
    assert bare.usage.prompt_tokens < chat.usage.prompt_tokens


@pytest.mark.dynamo_requires("token-prompts", "usage")
def test_token_ids_are_a_prompt(deployment: Deployment) -> None:
    """A prompt of ids counts exactly those."""
    answer = deployment.client.completions([700, 701, 702, 703], max_tokens=3)

    assert usage_faults(answer, 3, prompt_tokens=4) == ()


@pytest.mark.dynamo_requires("batches", "repeatable")
def test_every_prompt_of_a_batch_has_its_own_answer(deployment: Deployment) -> None:
    """In the order of the prompts; until 0.9 only the first was answered."""
    ask = partial(deployment.client.completions, max_tokens=8, temperature=0)
    batches = [ask(TWO) for _ in range(TRIES)]
    alone = [ask(each).text for each in TWO]

    assert alone in [[choice.text for choice in batch.choices] for batch in batches]
    assert usage_faults(batches[0], 8) == ()


@pytest.mark.dynamo_requires("batches", "streamed-batches", "repeatable")
def test_every_prompt_of_a_streamed_batch_has_its_own_answer(deployment: Deployment) -> None:
    """The pieces of the answers come mixed, and belong together by their index."""
    ask = partial(deployment.client.stream_completions, TWO, max_tokens=8, temperature=0)
    batches = [ask() for _ in range(TRIES)]
    alone = [deployment.client.completions(each, max_tokens=8, temperature=0) for each in TWO]

    assert [batch.faults for batch in batches] == [()] * TRIES
    assert [each.text for each in alone] in [
        [choice.text for choice in batch.choices] for batch in batches
    ]


@pytest.mark.dynamo_requires("refusals")
def test_an_empty_prompt_is_refused(deployment: Deployment) -> None:
    """400, and the prompt is named; OpenAI's own begins a document of it."""
    statuses = {"1.x": (400,), "openai": (200, *range(400, 600))}
    named = {"1.x": "prompt", "openai": ""}
    reply = deployment.client.post(
        "/v1/completions", json={"model": deployment.model, "prompt": "", "max_tokens": 1}
    )

    assert reply.status in statuses[deployment.frontend_era]
    assert reply.status == 200 or named[deployment.frontend_era] in reply.text.lower()
