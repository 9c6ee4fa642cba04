# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A wrong request gets a clear 4xx at once, and the deployment serves on.

Releases refuse with different statuses, and other servers with others again; what each answers
stands in the tables. A server that is no frontend of Dynamo may take what OpenAI's own limits, and
name what is wrong in its own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.client.shown import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_dynamo.session.deployment import Deployment

HELLO = [{"role": "user", "content": "Hello."}]
DRAGON = [{"role": "dragon", "content": "Hi"}]
CHAT = "/v1/chat/completions"
JSON = {"Content-Type": "application/json"}
#: What a refusal may be, and what a value may get that not every server looks at. Some call it an
#: error of their own; what counts is that they refuse, and serve on.
REFUSED = tuple(range(400, 500))
SOMEHOW = tuple(range(400, 600))
TAKEN = (200, *SOMEHOW)
#: By era: a body of the wrong shape, no message at all, and what not everybody looks at.
WRONG = {"0.x": (400, 422), "1.x": (400,), "openai": SOMEHOW}
EMPTY = {"0.x": (400,), "1.x": (400,), "openai": TAKEN}
LOOSE = {"0.x": (400, 422), "1.x": (400,), "openai": TAKEN}
#: Ends an answer soon where a limit below zero is taken for none.
SOON = {"stop": [" ", "e", "a", "."]}


@pytest.fixture(autouse=True)
def _serves_on(deployment: Deployment) -> Iterator[None]:
    yield
    assert deployment.client.chat("Still there?", max_tokens=16).text


@pytest.mark.dynamo_requires("model-names")
def test_an_unknown_model_is_not_found(deployment: Deployment) -> None:
    """404, or another refusal of another server, and the answer says what is wrong."""
    statuses = {"0.x": (404,), "1.x": (404,), "openai": SOMEHOW}
    named = {"0.x": "model", "1.x": "model", "openai": ""}
    reply = deployment.client.post(CHAT, json={"model": "no-such-model", "messages": HELLO})

    assert reply.status in statuses[deployment.frontend_era]
    assert reply.text
    assert named[deployment.frontend_era] in reply.text.lower()


@pytest.mark.parametrize(
    "body",
    ['{"model": ', "", "[]", "hello", b'{"model": "\xff"}'],
    ids=["cut", "nothing", "array", "word", "no-unicode"],
)
def test_malformed_json_is_refused(deployment: Deployment, body: str | bytes) -> None:
    """400, or 422 in 0.x where it is JSON of another shape: the body is no request."""
    reply = deployment.client.post(CHAT, body, headers=JSON)

    assert reply.status in WRONG[deployment.frontend_era]
    assert reply.text


def test_another_content_type_is_refused(deployment: Deployment) -> None:
    """415: JSON is what is spoken here."""
    statuses = {"0.x": (415,), "1.x": (415,), "openai": SOMEHOW}
    reply = deployment.client.post(CHAT, "{}", headers={"Content-Type": "text/plain"})

    assert reply.status in statuses[deployment.frontend_era]


@pytest.mark.parametrize(
    ("body", "statuses", "word"),
    [
        pytest.param({}, WRONG, "messages", id="no-messages"),
        pytest.param({"messages": []}, EMPTY, "", id="empty-messages"),
        pytest.param({"messages": "Hi"}, WRONG, "", id="text"),
        pytest.param({"messages": DRAGON, "max_tokens": 2}, LOOSE, "dragon", id="unknown-role"),
        pytest.param(
            {"messages": HELLO, "max_tokens": -1, **SOON}, LOOSE, "", id="tokens-below-zero"
        ),
        pytest.param({"messages": HELLO, "max_tokens": "ten"}, WRONG, "", id="tokens-as-a-word"),
        pytest.param(
            {"messages": HELLO, "temperature": "hot"}, WRONG, "", id="temperature-as-a-word"
        ),
    ],
)
def test_a_wrong_body_is_refused(
    deployment: Deployment,
    body: dict[str, Any],  # Any: JSON values
    statuses: Mapping[str, tuple[int, ...]],
    word: str,
) -> None:
    """400 or, in 0.x, 422, and where it can be named, what is wrong."""
    reply = deployment.client.post(CHAT, json={"model": deployment.model, **body})

    named = {"0.x": word, "1.x": word, "openai": ""}

    assert reply.status in statuses[deployment.frontend_era]
    assert reply.text
    assert reply.status == 200 or named[deployment.frontend_era] in reply.text


# 0.4 answers 500 to some of these, takes others, and at max_tokens 0 its mocker hangs for good.
@pytest.mark.dynamo_requires("refusals")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_tokens", 0),
        ("temperature", 5),
        ("temperature", -1),
        ("top_p", 2),
        ("n", 0),
        ("frequency_penalty", 9),
        ("presence_penalty", -9),
        ("no_such_field", 1),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(
    deployment: Deployment, field: str, value: float
) -> None:
    """400, and the answer names the field; another server may know other ranges."""
    statuses = {"1.x": (400,), "openai": TAKEN}
    named = {"1.x": field.replace("_", " "), "openai": ""}
    body = {"model": deployment.model, "messages": HELLO, "max_tokens": 2, **SOON, field: value}
    reply = deployment.client.post(CHAT, json=body)

    assert reply.status in statuses[deployment.frontend_era]
    assert reply.text
    assert named[deployment.frontend_era] in reply.text.lower().replace("_", " ")


@pytest.mark.dynamo_requires("refusals")
def test_a_refusal_is_json_with_a_message(deployment: Deployment) -> None:
    """What a client shows its user: in Dynamo at the top, in ``error`` by the OpenAI API.

    Frameworks have shapes of their own: elsewhere it is enough that there are words to show.
    """
    reply = deployment.client.post(CHAT, json={"model": deployment.model, "messages": "Hi"})
    message = {"1.x": reply.json and reply.json.get("message"), "openai": words(reply)}
    codes = {"1.x": reply.json and reply.json.get("code"), "openai": 400}

    assert reply.status in WRONG[deployment.frontend_era]
    assert message[deployment.frontend_era]
    assert codes[deployment.frontend_era] == 400


@pytest.mark.dynamo_requires("own-limits")
def test_a_prompt_longer_than_the_model_reads_is_refused(deployment: Deployment) -> None:
    """A 4xx, not a dead engine: in 0.x TensorRT-LLM died of it while its health stayed green.

    In 0.x it goes over NATS, which carries 1 MB: the frontend waits in vain, and says so with 500.
    Some servers cut a prompt to what their model reads, and some models read as much.
    """
    statuses = {"0.x": (*REFUSED, 500), "1.x": REFUSED, "openai": TAKEN}
    reply = deployment.client.post(
        CHAT,
        json={
            "model": deployment.model,
            "messages": [{"role": "user", "content": "word " * 300_000}],
            "max_tokens": 2,
        },
        deadline_s=600,
    )

    assert reply.status in statuses[deployment.frontend_era]
    assert reply.text


@pytest.mark.parametrize("path", ["/v1/no-such-route", "/v1/chat", "/v2/chat/completions"])
def test_an_unknown_route_is_not_found(deployment: Deployment, path: str) -> None:
    """404 for what the frontend does not offer; a gateway may refuse it otherwise."""
    statuses = {"0.x": (404,), "1.x": (404,), "openai": REFUSED}

    assert deployment.client.get(path).status in statuses[deployment.frontend_era]


def test_chat_is_asked_by_post(deployment: Deployment) -> None:
    """405: the route is there, the method is not; or there is none for this method."""
    statuses = {"0.x": (405,), "1.x": (405,), "openai": REFUSED}

    assert deployment.client.get(CHAT).status in statuses[deployment.frontend_era]
