# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A wrong request gets a clear 4xx at once, and the deployment serves on.

Releases refuse with different statuses; what each era answers stands in the tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_dynamo.session.deployment import Deployment

HELLO = [{"role": "user", "content": "Hello."}]
CHAT = "/v1/chat/completions"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def _serves_on(deployment: Deployment) -> Iterator[None]:
    yield
    assert deployment.client.chat("Still there?", max_tokens=2).content


def test_an_unknown_model_is_not_found(deployment: Deployment) -> None:
    """404, and the answer says what is wrong."""
    reply = deployment.client.post(CHAT, json={"model": "no-such-model", "messages": HELLO})

    assert reply.status == 404
    assert "not found" in reply.text.lower()


@pytest.mark.parametrize(
    "body",
    ['{"model": ', "", "[]", "hello", b'{"model": "\xff"}'],
    ids=["cut", "nothing", "array", "word", "no-unicode"],
)
def test_malformed_json_is_refused(deployment: Deployment, body: str | bytes) -> None:
    """400, or 422 in 0.x where it is JSON of another shape: the body is no request."""
    statuses = {"0.x": (400, 422), "1.x": (400,)}
    reply = deployment.client.post(CHAT, body, headers=JSON)

    assert reply.status in statuses[deployment.frontend_era]
    assert reply.text


def test_another_content_type_is_refused(deployment: Deployment) -> None:
    """415: JSON is what is spoken here."""
    reply = deployment.client.post(CHAT, "{}", headers={"Content-Type": "text/plain"})

    assert reply.status == 415


@pytest.mark.parametrize(
    ("body", "statuses", "word"),
    [
        pytest.param({}, {"0.x": (400, 422), "1.x": (400,)}, "messages", id="no-messages"),
        pytest.param({"messages": []}, {"0.x": (400,), "1.x": (400,)}, "", id="empty-messages"),
        pytest.param({"messages": "Hi"}, {"0.x": (400, 422), "1.x": (400,)}, "", id="text"),
        pytest.param(
            {"messages": [{"role": "dragon", "content": "Hi"}]},
            {"0.x": (400, 422), "1.x": (400,)},
            "dragon",
            id="unknown-role",
        ),
        pytest.param(
            {"messages": HELLO, "max_tokens": -1},
            {"0.x": (400, 422), "1.x": (400,)},
            "",
            id="tokens-below-zero",
        ),
        pytest.param(
            {"messages": HELLO, "max_tokens": "ten"},
            {"0.x": (400, 422), "1.x": (400,)},
            "",
            id="tokens-as-a-word",
        ),
        pytest.param(
            {"messages": HELLO, "temperature": "hot"},
            {"0.x": (400, 422), "1.x": (400,)},
            "",
            id="temperature-as-a-word",
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

    assert reply.status in statuses[deployment.frontend_era]
    assert reply.text
    assert word in reply.text


# 0.4 answers 500 to some of these, takes others, and at max_tokens 0 its mocker hangs for good.
@pytest.mark.dynamo_requires("api-1.x")
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
    """400, and the answer names the field."""
    reply = deployment.client.post(
        CHAT, json={"model": deployment.model, "messages": HELLO, field: value}
    )

    assert reply.status == 400
    assert field.replace("_", " ") in reply.text.lower().replace("_", " ")


@pytest.mark.dynamo_requires("api-1.x")
def test_a_refusal_is_json_with_a_message(deployment: Deployment) -> None:
    """What a client shows its user."""
    reply = deployment.client.post(CHAT, json={"model": deployment.model, "messages": []})

    assert reply.json["code"] == reply.status == 400
    assert reply.json["message"]


@pytest.mark.dynamo_requires("own-limits")
def test_a_prompt_longer_than_the_model_reads_is_refused(deployment: Deployment) -> None:
    """A 4xx, not a dead engine: in 0.x TensorRT-LLM died of it while its health stayed green."""
    reply = deployment.client.post(
        CHAT,
        json={
            "model": deployment.model,
            "messages": [{"role": "user", "content": "word " * 300_000}],
            "max_tokens": 2,
        },
    )

    assert 400 <= reply.status < 500
    assert reply.text


@pytest.mark.parametrize("path", ["/v1/no-such-route", "/v1/chat", "/v2/chat/completions"])
def test_an_unknown_route_is_not_found(deployment: Deployment, path: str) -> None:
    """404 for what the frontend does not offer."""
    assert deployment.client.get(path).status == 404


def test_chat_is_asked_by_post(deployment: Deployment) -> None:
    """405: the route is there, the method is not."""
    assert deployment.client.get(CHAT).status == 405
