# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The stand-in's answers are predictable."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.standin import answer as module
from pytest_dynamo.standin.answer import END_OF_WORDS, FIRST_WORD, answer, digest, text

prompts = st.lists(st.integers(0, END_OF_WORDS - 1), max_size=40)
images = st.lists(st.text(max_size=8), max_size=3)


def test_an_answer_is_known_in_advance() -> None:
    expected = [3620, 3098, 3083]

    assert expected == answer([3, 297, 272], [], 3)


@given(prompts, images, st.integers(0, 20), st.integers(0, 20))
def test_a_longer_answer_begins_with_the_shorter_one(
    prompt: list[int], urls: list[str], short: int, more: int
) -> None:
    longer = answer(prompt, urls, short + more)

    assert longer[:short] == answer(prompt, urls, short)
    assert len(longer) == short + more


@given(prompts, images, prompts, images)
def test_prompts_and_images_have_their_own_digests(
    prompt: list[int], urls: list[str], other: list[int], others: list[str]
) -> None:
    same = (prompt, urls) == (other, others)

    assert same == (digest(prompt, urls) == digest(other, others))


@given(prompts)
def test_every_token_of_an_answer_is_a_word(prompt: list[int]) -> None:
    assert all(FIRST_WORD <= token < END_OF_WORDS for token in answer(prompt, [], 16))


def test_the_shipped_tokenizer_writes_answers_as_text_says() -> None:
    tokenizer = Path(module.__file__).parent / "tokenizer" / "tokenizer.json"
    vocabulary: dict[str, int] = json.loads(tokenizer.read_text("utf-8"))["model"]["vocab"]
    written = {id_: piece.replace("Ġ", " ") for piece, id_ in vocabulary.items()}
    words = range(FIRST_WORD, END_OF_WORDS)

    assert len(vocabulary) == END_OF_WORDS
    assert [written[word] for word in words] == [text([word]) for word in words]
