# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Images reach the model: each of them, in their order, of every usual kind.

The images are our own, of 64 x 64 pixels since some models take less for none, and travel in the
request as data: URIs: nothing is fetched from anywhere. That a real model understands them is for a
person to judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.client.openai import usage_faults
from pytest_dynamo.client.shown import WEBP

if TYPE_CHECKING:
    from pytest_dynamo.session.deployment import Deployment

CHAT = "/v1/chat/completions"
#: The question of guide 000's example request.
GUIDE_000: dict[str, Any] = {"type": "text", "text": "Describe the image"}  # Any: JSON values

RED = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAUElEQVR42u3PQREAAAQAMG"
    "TQP5kwUni42xospzs+q3hOQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBA4N4CQ5MBhM"
    "gt2OkAAAAEdEVYdHBhZACUP3lgAAAAAElFTkSuQmCC"
)
BLUE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAUklEQVR42u3PMQ0AMAgAMJ"
    "gGROBfBbKmgoOkddCsnrjsxXECAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC+z5CFw"
    "GEcAvQAwAAAAV0RVh0cGFkAHjB+kiiAAAAAElFTkSuQmCC"
)
GREY = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAAAAACPAi4CAAAAK0lEQVR42u3MMREAAAgEoN"
    "fkRjeEmwcBqMlNRyAQCAQCgUAgEAgEAsHzYAFAdAEArKmlZAAAAABJRU5ErkJggg=="
)
ALPHA = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAYAAACqaXHeAAAAZklEQVR42u3QAQEAMAQAMG"
    "QQ+EGF0eO2CMvpfnFYxXECBAgQIECAAAECBAgQIECAAAECBAgQIECAAAECBAgQIECAAAECBAgQIECAAAECBAgQIECAAA"
    "ECBAgQIECAAAECBAgQIOAHC7SfAgQ+kktIAAAAAElFTkSuQmCC"
)
JPEG = (
    "data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQyS"
    "UBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8f"
    "Hx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCABAAEADASIAAhEBAxEB/8QAFQABAQAAAAAAA"
    "AAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFgEBAQEAAAAAAAAAAAAAAAAAAAQG/8QAFBEBAAAAAAAAA"
    "AAAAAAAAAAAAP/aAAwDAQACEQMRAD8AmAImmAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAf/9k="
)
#: The red image with bytes behind its end, which decoders do not read. It fills whole groups of
#: base64, so that more of them can follow.
KB_900 = f"{RED}{'A' * 921_600}"
MB_2 = f"{RED}{'A' * 2_097_152}"

CUT = RED[:70]
CORRUPT = f"{RED[:60]}{RED[60:100].swapcase()}{RED[100:]}"
LYING = RED.replace("image/png", "image/webp")
NO_BASE64 = "data:image/png;base64,*this is no base64*"


@pytest.mark.dynamo_requires("images")
def test_the_guides_request_is_answered(deployment: Deployment) -> None:
    """The example of guide 000, with an image of our own in the place of its URL."""
    image = {"type": "image_url", "image_url": {"url": RED}}
    answer = deployment.client.chat(
        [{"role": "user", "content": [GUIDE_000, image]}], max_tokens=160
    )

    assert answer.text
    assert answer.model == deployment.answers_as
    assert usage_faults(answer, 160) == ()


@pytest.mark.dynamo_requires("images")
def test_the_guides_request_streams(deployment: Deployment) -> None:
    """The same, streamed without a fault of grammar."""
    image = {"type": "image_url", "image_url": {"url": RED}}
    result = deployment.client.stream_chat(
        [{"role": "user", "content": [GUIDE_000, image]}], max_tokens=32
    )

    assert result.faults == ()
    assert usage_faults(result, 32) == ()


@pytest.mark.dynamo_requires("images")
@pytest.mark.parametrize(
    "url",
    [
        pytest.param(RED, id="png"),
        pytest.param(JPEG, id="jpeg"),
        pytest.param(WEBP, id="webp", marks=pytest.mark.dynamo_requires("webp-images")),
        pytest.param(GREY, id="grey"),
        pytest.param(ALPHA, id="alpha"),
        pytest.param(KB_900, id="900-kB"),
    ],
)
def test_every_kind_of_image_is_taken(deployment: Deployment, url: str) -> None:
    """What cameras, browsers and programs write, up to what every message bus carries."""
    image = {"type": "image_url", "image_url": {"url": url}}
    answer = deployment.client.chat([{"role": "user", "content": [GUIDE_000, image]}], max_tokens=8)

    assert usage_faults(answer, 8) == ()


@pytest.mark.dynamo_requires("images")
def test_an_image_larger_than_a_message_is_answered_or_refused(deployment: Deployment) -> None:
    """NATS carries 1 MB: beyond that a request is refused at once, and never waits in vain."""
    image = {"type": "image_url", "image_url": {"url": MB_2}}
    reply = deployment.client.post(
        CHAT,
        json={
            "model": deployment.model,
            "messages": [{"role": "user", "content": [GUIDE_000, image]}],
            "max_tokens": 2,
        },
    )

    assert reply.status == 200 or 400 <= reply.status < 500
    assert deployment.client.chat("Still there?", max_tokens=16).text


@pytest.mark.dynamo_requires("images", "repeatable")
def test_the_answer_depends_on_the_image(deployment: Deployment) -> None:
    """Red and blue, with one question: one that ignores the image answers both alike."""
    answers = {
        deployment.client.chat(
            [
                {
                    "role": "user",
                    "content": [GUIDE_000, {"type": "image_url", "image_url": {"url": url}}],
                }
            ],
            max_tokens=16,
            temperature=0,
        ).text
        for url in (RED, BLUE)
    }

    assert len(answers) == 2


@pytest.mark.dynamo_requires("images", "engine", "understanding")
def test_the_model_sees_the_colour(deployment: Deployment) -> None:
    """A vision model tells red from blue."""
    colours = [
        deployment.client.chat(
            [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "Which colour is this? Answer in one word."},
                        {"type": "image_url", "image_url": {"url": url}},
                    ],
                }
            ],
            max_tokens=200,
            temperature=0,
        ).text.lower()
        for url in (RED, BLUE)
    ]

    assert "red" in colours[0]
    assert "blue" in colours[1]


@pytest.mark.dynamo_requires("images", "repeatable")
def test_the_same_image_gets_the_same_answer(deployment: Deployment) -> None:
    """A greedy answer repeats; one of three may differ where sums do."""
    image = {"type": "image_url", "image_url": {"url": RED}}
    answers = {
        deployment.client.chat(
            [{"role": "user", "content": [GUIDE_000, image]}], max_tokens=16, temperature=0
        ).text
        for _ in range(3)
    }

    assert len(answers) < 3


@pytest.mark.dynamo_requires("images", "repeatable")
def test_every_image_counts_and_so_does_their_order(deployment: Deployment) -> None:
    """One, the other, both, and both the other way round: four answers."""
    red = {"type": "image_url", "image_url": {"url": RED}}
    blue = {"type": "image_url", "image_url": {"url": BLUE}}
    answers = {
        deployment.client.chat(
            [{"role": "user", "content": [GUIDE_000, *images]}], max_tokens=16, temperature=0
        ).text
        for images in ([red], [blue], [red, blue], [blue, red])
    }

    assert len(answers) == 4


@pytest.mark.dynamo_requires("images")
def test_the_image_may_stand_before_the_text(deployment: Deployment) -> None:
    """Either order of the parts is a question."""
    image = {"type": "image_url", "image_url": {"url": RED}}
    answer = deployment.client.chat([{"role": "user", "content": [image, GUIDE_000]}], max_tokens=8)

    assert usage_faults(answer, 8) == ()


@pytest.mark.dynamo_requires("images", "repeatable")
def test_an_image_of_an_earlier_turn_is_seen(deployment: Deployment) -> None:
    """The whole conversation is the prompt, its images too."""
    answers = {
        deployment.client.chat(
            [
                {
                    "role": "user",
                    "content": [GUIDE_000, {"type": "image_url", "image_url": {"url": url}}],
                },
                {"role": "assistant", "content": "A small square."},
                {"role": "user", "content": "Which colour?"},
            ],
            max_tokens=16,
            temperature=0,
        ).text
        for url in (RED, BLUE)
    }

    assert len(answers) == 2


@pytest.mark.dynamo_requires("images")
def test_a_multimodal_model_answers_text_alone(deployment: Deployment) -> None:
    """An image may be missing."""
    assert usage_faults(deployment.client.chat("Hello.", max_tokens=8), 8) == ()


@pytest.mark.dynamo_requires("images")
@pytest.mark.parametrize("url", ["not a url", "http://127.0.0.1:1/x.png"], ids=["no-url", "nobody"])
def test_an_image_that_cannot_be_had_is_refused(deployment: Deployment, url: str) -> None:
    """A 4xx for what is no URL, and for one where nobody answers; then it serves on.

    vLLM alone says 500 to an image that it cannot fetch (0.31.0).
    """
    statuses = {"0.x": range(400, 500), "1.x": range(400, 500), "openai": range(400, 600)}
    image = {"type": "image_url", "image_url": {"url": url}}
    reply = deployment.client.post(
        CHAT,
        json={
            "model": deployment.model,
            "messages": [{"role": "user", "content": [GUIDE_000, image]}],
            "max_tokens": 2,
        },
    )

    assert reply.status in statuses[deployment.frontend_era]
    assert reply.text
    assert deployment.client.chat("Still there?", max_tokens=16).text


@pytest.mark.dynamo_requires("images", "engine")
@pytest.mark.parametrize(
    ("url", "statuses"),
    [
        pytest.param(NO_BASE64, range(400, 500), id="no-base64"),
        pytest.param(CUT, range(400, 500), id="truncated"),
        pytest.param(CORRUPT, range(400, 500), id="corrupt"),
        pytest.param(LYING, (200, *range(400, 500)), id="of-another-type-than-it-says"),
    ],
)
def test_a_broken_image_is_refused(
    deployment: Deployment, url: str, statuses: tuple[int, ...]
) -> None:
    """A clear 4xx; then it serves on. The type is believed by some decoders and read by others."""
    image = {"type": "image_url", "image_url": {"url": url}}
    reply = deployment.client.post(
        CHAT,
        json={
            "model": deployment.model,
            "messages": [{"role": "user", "content": [GUIDE_000, image]}],
            "max_tokens": 2,
        },
    )

    assert reply.status in statuses
    assert deployment.client.chat("Still there?", max_tokens=16).text


# Behind Dynamo the worker refuses, not the frontend: a stand-in takes what it is given.
@pytest.mark.dynamo_requires("text-model", "engine")
def test_a_text_model_refuses_an_image(deployment: Deployment) -> None:
    """A clear 4xx, rather than an answer about an image that nobody looked at.

    Other servers than Dynamo's may call it an error of theirs.
    """
    statuses = {"0.x": range(400, 500), "1.x": range(400, 500), "openai": range(400, 600)}
    image = {"type": "image_url", "image_url": {"url": RED}}
    reply = deployment.client.post(
        CHAT,
        json={
            "model": deployment.model,
            "messages": [{"role": "user", "content": [GUIDE_000, image]}],
            "max_tokens": 2,
        },
    )

    assert reply.status in statuses[deployment.frontend_era]
    assert reply.text
    assert deployment.client.chat("Still there?", max_tokens=16).text
