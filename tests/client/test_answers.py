# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Answers of old and new frontends as values, and those that are none as errors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.client.answers import (
    BadAnswer,
    Completion,
    Health,
    Instance,
    Readiness,
    Reply,
    listed_models,
    parsed,
)
from pytest_dynamo.client.usage import Usage, Workers
from pytest_dynamo.errors import DynamoError

if TYPE_CHECKING:
    from collections.abc import Callable

URL = "http://head:8000/v1/chat/completions"


def reply(body: object, status: int = 200) -> Reply:
    text = body if isinstance(body, str) else json.dumps(body)
    return Reply("POST", URL, status, {}, text, parsed(text), 0.5)


def completion(**changed: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": "a b"}
    return {
        "id": "chatcmpl-1",
        "model": "tiny",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
        **changed,
    }


def test_a_completion_says_what_it_holds(recorded_body: Callable[[str], bytes]) -> None:
    answer = Completion.parse(reply(recorded_body("1.6.1/chat_worker").decode()), "chat")

    assert " w3304 w2624 w3603" == answer.content
    assert ("length", "tiny", 0.5) == (answer.finish_reason, answer.model, answer.seconds)
    assert Usage(16, 3, 19) == answer.usage
    assert Workers(4238398188525005307, 4238398188525005307) == answer.workers
    assert "chatcmpl-efa688b7-5b54-4a97-97ab-b87cd5e20bf6" == answer.id


@pytest.mark.parametrize(
    ("name", "usage"), [("0.4.1/chat", Usage(16, 3, 19)), ("0.5.1/chat", None)]
)
def test_a_completion_of_an_old_frontend_is_one(
    name: str, usage: Usage | None, recorded_body: Callable[[str], bytes]
) -> None:
    answer = Completion.parse(reply(recorded_body(name).decode()), "chat")

    assert (" w3304 w2624 w3603", "length", usage) == (
        answer.content,
        answer.finish_reason,
        answer.usage,
    )
    assert answer.workers is None


def test_a_text_completion_is_one(recorded_body: Callable[[str], bytes]) -> None:
    answer = Completion.parse(reply(recorded_body("1.6.1/cmpl").decode()), "completion")

    assert (" w0608 w4083 w2486", 1) == (answer.content, answer.choices[0].pieces)


def test_choices_are_told_by_index() -> None:
    choices = [
        {"index": index, "message": {"content": text}, "finish_reason": None}
        for index, text in ((1, "b"), (0, None))
    ]

    answer = Completion.parse(reply(completion(choices=choices)), "chat")

    assert [(0, "", 0), (1, "b", 1)] == [
        (one.index, one.content, one.pieces) for one in answer.choices
    ]
    assert ("", None) == (answer.content, answer.finish_reason)


def test_reasoning_is_an_answer() -> None:
    message = {"content": None, "reasoning_content": "hm"}
    choices = [{"index": 0, "message": message, "finish_reason": "length"}]

    answer = Completion.parse(reply(completion(choices=choices)), "chat")

    assert ("", "hm", 1) == (answer.content, answer.reasoning, answer.choices[0].pieces)


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (reply(completion(), 503), "no completion"),
        (reply("<html>"), "not a JSON object"),
        (reply([]), "not a JSON object"),
        (reply({"error": {"message": "gone"}}), "an error behind status 200"),
        (reply(completion(error="gone")), "an error behind status 200"),
        (reply(completion(id=3)), "id is 3, not a text"),
        (reply(completion(model=None)), "model is missing"),
        (reply(completion(model=3)), "model is 3, not a text"),
        (reply(completion(choices=[])), "choices is an array, not an array with a choice"),
        (reply(completion(choices=None)), "choices is null"),
        (reply(completion(choices=["a"])), "a choice is 'a', not an object"),
        (reply(completion(choices=[{"index": 0}])), "message is null, not an object"),
        (reply(completion(choices=[{"message": {}}])), "the index of a choice is null"),
        (reply(completion(usage="none")), "usage is 'none', not an object"),
    ],
)
def test_what_is_no_completion_is_an_error_with_its_evidence(answer: Reply, what: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        Completion.parse(answer, "chat")

    assert isinstance(caught.value, DynamoError)
    assert what in str(caught.value)
    assert f"POST {URL}" in str(caught.value)
    assert f"HTTP {answer.status}: {answer.text[:500]}" in str(caught.value)
    assert (answer, answer.status) == (caught.value.reply, caught.value.status)


def test_an_error_shows_the_first_500_characters_and_no_secret() -> None:
    error = BadAnswer("no", reply("sk-1 is wrong " + "x" * 600, 401), hide=("sk-1",))

    assert "HTTP 401: *** is wrong " + "x" * 487 + " ... (613 characters)" in str(error)


@pytest.mark.parametrize(
    "name", ["1.6.1/ready_unknown", "0.4.1/chat_none", "0.5.1/chat_none", "0.4.1/chat_dead"]
)
def test_only_an_empty_refusal_is_explained_as_no_model(
    name: str, recorded: Callable[[str], bytes]
) -> None:
    head, _, body = recorded(name).partition(b"\r\n\r\n")

    error = BadAnswer("no", reply(body.decode(), int(head.split()[1])))

    assert (not body) == ("serves no model" in str(error))


@pytest.mark.parametrize(
    ("name", "status", "component", "expected"),
    [
        ("1.6.1/health", 200, "backend", (True, 1)),
        ("1.6.1/health", 200, "prefill", (True, 0)),
        ("0.5.1/health_none", 200, "backend", (True, 0)),
        ("0.4.1/health", 200, "tensorrt_llm", (True, 1)),
        ("0.4.1/health_none", 503, "tensorrt_llm", (False, 0)),
    ],
)
def test_health_counts_workers_in_every_era(
    name: str,
    status: int,
    component: str,
    expected: tuple[bool, int],
    recorded_body: Callable[[str], bytes],
) -> None:
    health = Health.parse(reply(recorded_body(name).decode(), status))

    assert expected == (health.healthy, health.count(component))


def test_health_counts_instances_once_and_urls_each() -> None:
    one = {"namespace": "dynamo", "component": "backend", "endpoint": "generate", "instance_id": 7}
    new = Health.parse(
        reply({"status": "healthy", "instances": [one, one, {**one, "instance_id": 8}]})
    )
    old = Health.parse(
        reply({"status": "healthy", "endpoints": ["dyn://dynamo.backend.generate"] * 3})
    )

    assert Instance("dynamo", "backend", "generate", 7) == new.instances[0]
    assert (2, 3) == (new.count("backend"), old.count("backend"))


@pytest.mark.parametrize(
    "body", ["", "[]", '{"endpoints": 1}', '{"instances": [1]}', '{"instances": [{}]}']
)
def test_what_is_no_health_is_an_error(body: str) -> None:
    with pytest.raises(BadAnswer, match="no health"):
        Health.parse(reply(body))


def test_models_are_listed(recorded_body: Callable[[str], bytes]) -> None:
    assert ("tiny",) == listed_models(reply(recorded_body("1.6.1/models").decode()))
    assert ("tiny",) == listed_models(reply(recorded_body("0.4.1/models").decode()))
    assert () == listed_models(reply({"object": "list", "data": []}))


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"data": {}}', '{"data": [1]}'])
def test_what_is_no_list_of_models_is_an_error(body: str) -> None:
    with pytest.raises(BadAnswer, match="no list of models"):
        listed_models(reply(body))


def test_readiness_is_true_when_the_model_is_ready() -> None:
    not_ready = {"model": "m", "ready": False, "reason": "missing worker types: prefill"}

    assert Readiness.parse(reply({"ready": True}))
    assert not Readiness.parse(reply(not_ready, 503))
    assert "missing worker types: prefill" == Readiness.parse(reply(not_ready, 503)).reason


@pytest.mark.parametrize("body", ["", "{}", '{"ready": "yes"}'])
def test_what_is_no_readiness_is_an_error(body: str) -> None:
    with pytest.raises(BadAnswer, match="neither ready nor not ready"):
        Readiness.parse(reply(body, 500))


_KEYS = ["id", "model", "choices", "index", "message", "content", "text", "usage", "error", "data"]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from([*_KEYS, "ready", "instances", "endpoints", "instance_id", "status"]),
        inner,
        max_size=5,
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "parse",
    [
        lambda answer: Completion.parse(answer, "chat"),
        lambda answer: Completion.parse(answer, "completion"),
        Health.parse,
        Readiness.parse,
        listed_models,
    ],
)
@given(body=_JSON)
def test_an_answer_is_a_value_or_a_bad_answer(
    parse: Callable[[Reply], object], body: object
) -> None:
    try:
        value = parse(reply(body))
    except BadAnswer as error:
        value = error

    assert isinstance(value, (Completion, Health, Readiness, tuple, BadAnswer))
    assert not isinstance(value, BadAnswer) or URL in str(value)
