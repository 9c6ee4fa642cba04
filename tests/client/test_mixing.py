# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What tells an answer that was given another's words from one whose engine turned a token."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.client.mixing import mixed_up

#: Four answers of ten words, of which no two have one in common.
ALONE = [" ".join(f"{letter}{number}" for number in range(10)) for letter in "abcd"]


def turned(text: str, place: int) -> str:
    """Return a text that goes on otherwise from a word on."""
    words = text.split()
    return " ".join([*words[:place], *(f"new{number}" for number in range(place, len(words)))])


def spliced(text: str, other: str, begin: int, end: int) -> str:
    """Return a text with a stretch of another in the place of its own."""
    words = text.split()
    return " ".join([*words[:begin], *other.split()[begin:end], *words[end:]])


@given(st.lists(st.integers(2, 10), min_size=4, max_size=4))
def test_an_engine_that_turns_tokens_mixes_nothing_up(places: list[int]) -> None:
    together = [turned(text, place) for text, place in zip(ALONE, places, strict=True)]

    assert mixed_up(together, ALONE) == ()


@given(st.integers(0, 8), st.integers(1, 10), st.integers(0, 3), st.integers(1, 3))
def test_words_of_another_are_found_wherever_they_stand(
    begin: int, length: int, number: int, away: int
) -> None:
    end = min(begin + length, 10)
    other = (number + away) % 4
    together = list(ALONE)
    together[number] = spliced(ALONE[number], ALONE[other], begin, end)
    told = f"answer {number} holds words of answer {other}: {together[number]!r}"

    assert mixed_up(together, ALONE) == (told,)


def test_answers_that_are_exchanged_are_found_though_a_token_turned_as_well() -> None:
    together = [turned(ALONE[1], 6), ALONE[0], *ALONE[2:]]

    assert [told.partition(":")[0] for told in mixed_up(together, ALONE)] == [
        "answer 0 holds words of answer 1", "answer 1 holds words of answer 0",
    ]  # fmt: skip


def test_a_word_that_many_use_and_one_at_the_end_tell_nothing() -> None:
    alone = ["the a of it", "the b of it", "the c or it"]

    assert mixed_up(["the a of it", "the b of it", "the c or not"], alone) == ()
    assert mixed_up(["the a of it", "the b of it", "the c of it"], alone) == ()


def test_answers_of_which_most_do_not_even_begin_alike_are_wrong() -> None:
    together = [*(text[::-1] for text in ALONE[:3]), ALONE[3]]

    assert mixed_up(together, ALONE) == ("1 of 4 begin as they do alone",)


def test_nothing_said_is_nothing_mixed_up() -> None:
    assert mixed_up([], []) == ()
    assert mixed_up(["", ""], ["", ""]) == ()
