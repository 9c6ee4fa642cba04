# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A wrong request gets a clear 4xx at once, and the deployment serves on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.session.deployment import Deployment

HELLO = [{"role": "user", "content": "Hello."}]
CHAT = "/v1/chat/completions"


@pytest.fixture(autouse=True)
def _serves_on(deployment: Deployment) -> Iterator[None]:
    yield
    assert deployment.client.chat("Still there?", max_tokens=2).content


def test_an_unknown_model_is_not_found(deployment: Deployment) -> None:
    """404, and the answer says what is wrong."""
    reply = deployment.client.post(CHAT, json={"model": "no-such-model", "messages": HELLO})

    assert reply.status == 404
    assert "not found" in reply.text.lower()


def test_malformed_json_is_refused(deployment: Deployment) -> None:
    """400: the body is no JSON."""
    reply = deployment.client.post(CHAT, '{"model": ', headers={"Content-Type": "application/json"})

    assert reply.status == 400
    assert reply.text


def test_missing_messages_are_refused(deployment: Deployment) -> None:
    """400 or, in 0.3 and 0.4, 422: the field is named."""
    reply = deployment.client.post(CHAT, json={"model": deployment.model})

    assert reply.status in (400, 422)
    assert "messages" in reply.text


def test_no_tokens_at_all_are_refused(deployment: Deployment) -> None:
    """A negative number of tokens is no number of tokens."""
    reply = deployment.client.post(
        CHAT, json={"model": deployment.model, "messages": HELLO, "max_tokens": -1}
    )

    assert 400 <= reply.status < 500


def test_an_unknown_route_is_not_found(deployment: Deployment) -> None:
    """404 for what the frontend does not offer."""
    assert deployment.client.get("/v1/no-such-route").status == 404
