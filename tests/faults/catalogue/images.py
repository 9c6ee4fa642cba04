# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What becomes of images on their way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from faults.fault import Fault, tests
from faults.lies import asked
from faults.proxy import Ask, answer

if TYPE_CHECKING:
    from collections.abc import Callable


def without_images(ask: Ask, keep: Callable[[list[Any]], list[Any]]) -> Ask:
    messages = [
        {**message, "content": keep(message["content"])}
        if isinstance(message, dict) and isinstance(message.get("content"), list)
        else message
        for message in ask.json.get("messages") or []
    ]
    return ask.but(messages=messages) if isinstance(ask.json.get("messages"), list) else ask


def is_image(part: dict[str, Any]) -> bool:
    return part.get("type") == "image_url"


def texts(parts: list[Any]) -> list[Any]:
    return [part for part in parts if not is_image(part)]


def one_image(parts: list[Any]) -> list[Any]:
    return [*texts(parts), *[part for part in parts if is_image(part)][:1]]


def sorted_images(parts: list[Any]) -> list[Any]:
    images = [part for part in parts if is_image(part)]
    return [*texts(parts), *sorted(images, key=json.dumps)]


FAULTS: tuple[Fault, ...] = (
    Fault(
        "images are ignored",
        asked(lambda ask: without_images(ask, texts)),
        tests(
            multimodal=(
                "an_image_of_an_earlier_turn_is_seen an_image_that_cannot_be_had_is_refused "
                "every_image_counts_and_so_does_their_order the_answer_depends_on_the_image"
            ),
        ),
    ),
    Fault(
        "only one image is read",
        asked(lambda ask: without_images(ask, one_image)),
        tests(
            multimodal="every_image_counts_and_so_does_their_order",
        ),
    ),
    Fault(
        "images have no order",
        asked(lambda ask: without_images(ask, sorted_images)),
        tests(
            multimodal="every_image_counts_and_so_does_their_order",
        ),
    ),
    Fault(
        "images are not served",
        asked(lambda ask: answer({"message": "no"}, 400) if b"image_url" in ask.body else ask),
        tests(
            multimodal=(
                "an_image_of_an_earlier_turn_is_seen "
                "every_image_counts_and_so_does_their_order every_kind_of_image_is_taken "
                "the_answer_depends_on_the_image the_guides_request_is_answered "
                "the_guides_request_streams the_image_may_stand_before_the_text "
                "the_same_image_gets_the_same_answer"
            ),
        ),
    ),
    Fault(
        "WebP is not known",
        asked(lambda ask: answer({"message": "no"}, 400) if b"image/webp" in ask.body else ask),
        tests(
            multimodal="every_kind_of_image_is_taken",
        ),
    ),
    Fault(
        "large images time out",
        asked(
            lambda ask: (
                answer({"message": "deadline"}, 504)
                if b"image_url" in ask.body and len(ask.body) > 1_000_000
                else ask
            )
        ),
        tests(
            multimodal="an_image_larger_than_a_message_is_answered_or_refused",
        ),
    ),
    Fault(
        "what is no image is answered",
        asked(lambda ask: answer({"choices": []}) if b"not a url" in ask.body else ask),
        tests(
            multimodal="an_image_that_cannot_be_had_is_refused",
        ),
    ),
)
