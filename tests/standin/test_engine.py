# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The stand-in's engine answers a request as the runtime hands it over."""

from __future__ import annotations

import asyncio
import importlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import pytest_dynamo.standin
from pytest_dynamo.standin.answer import answer, digest
from pytest_dynamo.standin.rank import Rank

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.standin.engine import Engine

PROMPT = list(range(700, 800))


class Waiting:
    """A client that leaves after so many tokens."""

    def __init__(self, patience: int = 1_000_000) -> None:
        self.patience = patience

    def is_stopped(self) -> bool:
        self.patience -= 1
        return self.patience < 0


@pytest.fixture
def engine_of(runtime: None) -> Callable[[str], Engine]:  # noqa: ARG001 skips where it is missing
    def make(role: str) -> Engine:
        options = {
            "worker": f"{role}0",
            "role": role,
            "rendezvous": "127.0.0.1:1",
            "model-name": "m",
            "model-path": str(Path(pytest_dynamo.standin.__file__).parent / "tokenizer"),
            "endpoint": "dynamo.backend.generate",
            "load-seconds": "0",
            "era": "2026",
            "rendezvous-timeout": "1",
            "itl-ms": "0",
        }
        module = importlib.import_module("pytest_dynamo.standin.engine")
        engine: Engine = module.Engine(Rank(options, {}))
        return engine

    return make


def asked(
    engine: Engine, prompt: list[int] = PROMPT, context: Waiting | None = None, **more: Any
) -> list[dict[str, Any]]:
    """Return the items that the engine yields."""
    stop = {name: more.pop(name) for name in list(more) if name.endswith("tokens")}
    stop |= {name: more.pop(name) for name in list(more) if name == "stop_token_ids"}

    async def collected() -> list[dict[str, Any]]:
        request = {"token_ids": prompt, "stop_conditions": stop, **more}
        return [item async for item in engine.generate(request, context or Waiting())]

    return asyncio.run(collected())


def said(items: list[dict[str, Any]]) -> list[int]:
    return [token for item in items for token in item["token_ids"]]


def cached(items: list[dict[str, Any]]) -> int:
    count: int = items[-1]["completion_usage"]["prompt_tokens_details"]["cached_tokens"]
    return count


def test_an_answer_ends_with_its_length_and_usage(engine_of: Callable[[str], Engine]) -> None:
    items = asked(engine_of("agg"), max_tokens=3)

    assert said(items) == answer(PROMPT, [], 3)
    assert [item.get("finish_reason") for item in items] == [None, None, "length"]
    assert items[-1]["completion_usage"] == {
        "prompt_tokens": 100,
        "completion_tokens": 3,
        "total_tokens": 103,
        "prompt_tokens_details": {"cached_tokens": 0},
    }


def test_a_request_without_a_length_gets_a_short_answer(
    engine_of: Callable[[str], Engine],
) -> None:
    assert said(asked(engine_of("agg"), max_tokens=None)) == answer(PROMPT, [], 16)


def test_a_long_answer_is_under_way_long_enough_to_be_struck(
    engine_of: Callable[[str], Engine],
) -> None:
    engine = engine_of("agg")
    began = time.monotonic()
    items = asked(engine, max_tokens=600)

    assert len(items) == 600
    assert time.monotonic() - began >= 500 * 0.002


def test_an_answer_ends_at_a_stop_token_but_not_before_min_tokens(
    engine_of: Callable[[str], Engine],
) -> None:
    known = answer(PROMPT, [], 8)
    engine = engine_of("agg")
    first = asked(engine, max_tokens=8, stop_token_ids=[known[2]])
    later = asked(engine, max_tokens=8, stop_token_ids=[known[2], known[5]], min_tokens=4)

    assert (said(first), first[-1]["finish_reason"]) == (known[:3], "stop")
    assert (said(later), later[-1]["finish_reason"]) == (known[:6], "stop")


def test_nothing_is_generated_for_a_client_that_left(
    engine_of: Callable[[str], Engine],
) -> None:
    items = asked(engine_of("agg"), context=Waiting(2), max_tokens=100)

    assert said(items) == answer(PROMPT, [], 2)


def test_a_repeated_prefix_is_cached_in_whole_blocks_but_for_its_last_token(
    engine_of: Callable[[str], Engine],
) -> None:
    engine = engine_of("agg")
    counts = [
        cached(asked(engine, prompt, max_tokens=1))
        for prompt in (PROMPT, PROMPT, PROMPT[:96], PROMPT[:97], PROMPT[1:], [*PROMPT[:40], 1, 2])
    ]

    assert counts == [0, 96, 64, 96, 0, 32]


def test_an_image_is_part_of_the_cached_prefix(engine_of: Callable[[str], Engine]) -> None:
    engine = engine_of("agg")
    images = [{"image_url": [{"Url": url}]} for url in ("a", "a", "b")]
    counts = [cached(asked(engine, max_tokens=1, multi_modal_data=image)) for image in images]

    assert counts == [0, 96, 0]


def test_prefill_hands_on_what_decode_can_verify(engine_of: Callable[[str], Engine]) -> None:
    (item,) = asked(engine_of("prefill"), max_tokens=1)

    assert item["token_ids"] == answer(PROMPT, [], 1)
    assert item["disaggregated_params"] == {"prompt": digest(PROMPT), "worker": "prefill0"}
    assert "finish_reason" not in item


def test_decode_goes_on_from_what_prefill_hands_on(engine_of: Callable[[str], Engine]) -> None:
    prefill = engine_of("prefill")
    asked(prefill, max_tokens=1)
    (given,) = asked(prefill, max_tokens=1)
    result = {
        "disaggregated_params": given["disaggregated_params"],
        "prompt_tokens_details": given["completion_usage"]["prompt_tokens_details"],
    }
    items = asked(engine_of("decode"), max_tokens=4, prefill_result=result)

    assert said(items) == answer(PROMPT, [], 4)
    assert cached(items) == 96


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (None, "decode0: no prefill result came with the request"),
        ({"disaggregated_params": None}, "decode0: None hands over prompt None"),
        (
            {"disaggregated_params": {"prompt": digest([1]), "worker": "prefill3"}},
            f"decode0: prefill3 hands over prompt {digest([1])}, the request has {digest(PROMPT)}",
        ),
    ],
)
def test_decode_refuses_a_wrong_handover(
    engine_of: Callable[[str], Engine], result: object, words: str
) -> None:
    with pytest.raises(RuntimeError, match=words):
        asked(engine_of("decode"), max_tokens=4, prefill_result=result)


def test_requests_are_counted_as_they_arrive(engine_of: Callable[[str], Engine]) -> None:
    engine = engine_of("agg")
    numbers: list[int] = []
    engine.arrived = numbers.append
    for _ in range(3):
        asked(engine, max_tokens=1)

    assert numbers == [1, 2, 3]
