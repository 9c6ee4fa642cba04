# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The official ``openai`` client reads what is served: it is what most users ask with.

It forgives where the other suites do not, and is strict where nobody would look: in the types of
its models, in the errors it raises, and in how it puts a stream together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.session.deployment import Deployment

pytestmark = pytest.mark.dynamo_requires("openai-client")

#: The example request of guide 001.
GUIDE_001: Any = [  # Any: the client's own types
    {"role": "user", "content": "Tell me a story as if we were playing dungeons and dragons."}
]
#: An engine whose sums depend on what else it computes turns a greedy token now and then.
TRIES = 3
DICE: Any = {"type": "function", "function": {"name": "roll", "parameters": {"type": "object"}}}


@pytest.fixture
def official(deployment: Deployment) -> Iterator[Any]:
    """The official client, which asks once and takes nothing from the environment."""
    import openai  # noqa: PLC0415 - an optional extra

    http = openai.DefaultHttpxClient(trust_env=False)
    key = deployment.api_key or "none is asked for"
    url = f"{deployment.base_url}/v1"
    with openai.OpenAI(
        base_url=url, api_key=key, max_retries=0, timeout=120, http_client=http
    ) as client:
        yield client


@pytest.mark.dynamo_requires("openai-client", "usage")
def test_the_official_client_reads_an_answer(deployment: Deployment, official: Any) -> None:
    """A text, why it ended, and counts that add up."""
    answer = official.chat.completions.create(
        model=deployment.model, messages=GUIDE_001, max_tokens=17
    )

    assert answer.model == deployment.answers_as
    assert answer.choices[0].message.role == "assistant"
    # a model that thinks first may not have come to its answer
    assert isinstance(answer.choices[0].message.content, str | None)
    assert answer.choices[0].finish_reason in ("length", "stop")
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


@pytest.mark.dynamo_requires("openai-client", "repeatable", "stream-usage", "usage")
def test_the_official_client_puts_a_stream_together(deployment: Deployment, official: Any) -> None:
    """Its own helper for streams ends with the answer that is given whole, and with its counts."""
    asked = {
        "model": deployment.model, "messages": GUIDE_001, "max_tokens": 16, "temperature": 0
    }  # fmt: skip
    pairs = []
    for _ in range(TRIES):
        whole = official.chat.completions.create(**asked)
        with official.chat.completions.stream(
            **asked, stream_options={"include_usage": True}
        ) as stream:
            kinds = {event.type for event in stream}
            put = stream.current_completion_snapshot
        assert "chunk" in kinds
        assert not put.choices[0].message.content or {"content.delta", "content.done"} <= kinds
        pairs.append((whole, put))

    assert any(
        put.choices[0].message.content == whole.choices[0].message.content
        and put.choices[0].finish_reason == whole.choices[0].finish_reason
        and put.usage.completion_tokens == whole.usage.completion_tokens
        for whole, put in pairs
    )


@pytest.mark.dynamo_requires("openai-client", "completions")
def test_the_official_client_reads_a_continuation(deployment: Deployment, official: Any) -> None:
    """``/v1/completions``, whole and streamed."""
    asked = {"model": deployment.model, "prompt": "Once upon a time", "max_tokens": 8}
    whole = official.completions.create(**asked)
    chunks = list(official.completions.create(**asked, stream=True))

    assert isinstance(whole.choices[0].text, str)
    assert whole.choices[0].finish_reason in ("length", "stop")
    ends = [each.choices[0].finish_reason for each in chunks if each.choices]
    assert ends[-1] in ("length", "stop")


def test_the_official_client_finds_the_model(deployment: Deployment, official: Any) -> None:
    """In the list of models."""
    assert deployment.model in [each.id for each in official.models.list()]


@pytest.mark.dynamo_requires("openai-client", "model-names")
def test_the_official_client_is_told_of_an_unknown_model(
    deployment: Deployment, official: Any
) -> None:
    """It raises an error with a status, and with words for whoever reads it."""
    import openai  # noqa: PLC0415 - an optional extra

    statuses = {"0.x": range(400, 500), "1.x": range(400, 500), "openai": range(400, 600)}
    named = {"0.x": "model", "1.x": "model", "openai": ""}

    with pytest.raises(openai.APIStatusError) as told:
        official.chat.completions.create(
            model="no-such-model", messages=GUIDE_001, max_tokens=2
        )

    assert told.value.status_code in statuses[deployment.frontend_era]
    assert told.value.response.text
    assert named[deployment.frontend_era] in told.value.response.text.lower()


@pytest.mark.dynamo_requires("openai-client", "tools")
def test_the_official_client_may_offer_tools(deployment: Deployment, official: Any) -> None:
    """A call or a text comes back, in the client's types."""
    answer = official.chat.completions.create(
        model=deployment.model, messages=GUIDE_001, max_tokens=32, tools=[DICE]
    )
    message = answer.choices[0].message

    thought = message.model_dump().get("reasoning_content") or message.model_dump().get("reasoning")
    assert message.content or message.tool_calls or thought
    assert answer.choices[0].finish_reason in ("length", "stop", "tool_calls")


@pytest.mark.dynamo_requires("openai-client", "engine", "log-probabilities", "usage")
def test_the_official_client_reads_log_probabilities(
    deployment: Deployment, official: Any
) -> None:
    """As many as tokens, each with its alternatives."""
    answer = official.chat.completions.create(
        model=deployment.model, messages=GUIDE_001, max_tokens=8, logprobs=True, top_logprobs=2
    )
    entries = answer.choices[0].logprobs.content

    assert len(entries) + (answer.choices[0].finish_reason == "stop") >= (
        answer.usage.completion_tokens
    )
    assert all(entry.logprob <= 0 and len(entry.top_logprobs) >= 1 for entry in entries)
