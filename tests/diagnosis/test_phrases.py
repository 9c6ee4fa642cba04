# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Every phrase tells a class, and nothing else would tell the same of its line."""

from __future__ import annotations

import time

import pytest

from pytest_dynamo.diagnosis import kinds
from pytest_dynamo.diagnosis.phrases import PHRASES, Phrase, fault_of
from pytest_dynamo.watch.lines import Line

every_phrase = pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.words[:40])


def told(text: str) -> str | None:
    """Return whose fault a line tells of."""
    return kinds.telling(Line("p", None, 1, text))


@every_phrase
def test_a_phrase_tells_the_class_of_its_line(phrase: Phrase) -> None:
    assert phrase.fault == told(phrase.said)


@every_phrase
def test_without_it_its_line_tells_something_else(
    phrase: Phrase, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = tuple(each for each in PHRASES if each is not phrase)
    monkeypatch.setattr(kinds, "of_text", kinds.of_text.__wrapped__)  # which remembers nothing
    monkeypatch.setattr("pytest_dynamo.diagnosis.kinds.fault_of", lambda text: fault_of(text, rest))

    assert phrase.fault != told(phrase.said)


#: Words that phrases begin with, again and again: the worst that a line can be.
LONG = "cuda_graphs=[1] kv_cache nvshmem error failed UCX NCCL WARN libfabric must be -- mat1 " * 50


def cost(phrase: Phrase) -> float:
    """Return the seconds of the processor that looking through a long line takes."""
    begin = time.process_time()
    phrase.holds(LONG)
    return time.process_time() - begin


@every_phrase
def test_a_long_line_costs_a_phrase_little(phrase: Phrase) -> None:
    phrase.holds("")  # compiled

    assert cost(phrase) < 0.1


def test_a_phrase_that_looks_back_again_and_again_is_noticed() -> None:
    phrase = Phrase("config", r"(?:cuda|error).*(?:error|failed).*(?:cuda|failed).*never said", "")

    assert cost(phrase) > 0.1
