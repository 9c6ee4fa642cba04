# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whose words an answer holds: its own question's, or those of another that was asked meanwhile.

An engine that computes many requests at once may sum in another order than alone, and turn a greedy
token; then the rest of the answer is new. An answer that was given words of another holds that
other's, at their very places: that is what is looked for, not equality.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"\s*\S+")


def mixed_up(said: Sequence[str], alone: Sequence[str]) -> tuple[str, ...]:
    """Return what is wrong with answers that were given at once, beside those given alone.

    It is that one holds words of another, or that most of them do not even begin as they do alone.
    """
    own = [_WORD.findall(text) for text in alone]
    together = [_WORD.findall(text) for text in said]
    at_place = [Counter(words[place] for words in own if place < len(words)) for place in _of(own)]
    wrong = []
    for number, words in enumerate(together):
        other = _taken_from(words, number, own, at_place)
        if other is not None:
            wrong.append(f"answer {number} holds words of answer {other}: {said[number]!r}")
    begun = sum(words[:2] == first[:2] for words, first in zip(together, own, strict=True))
    if begun * 2 < len(said):
        wrong.append(f"{begun} of {len(said)} begin as they do alone")
    return tuple(wrong)


def _of(answers: Sequence[Sequence[str]]) -> range:
    return range(max((len(words) for words in answers), default=0))


def _taken_from(
    words: Sequence[str],
    number: int,
    own: Sequence[Sequence[str]],
    at_place: Sequence[Counter[str]],
) -> int | None:
    """Return the answer that most of the words come from which are not this one's own.

    Only a word that one answer alone has at its place tells of it. One that differs at the very end
    tells nothing: there a turned token may be anybody's.
    """
    mine = own[number]
    differs = [
        place
        for place in range(max(len(words), len(mine)))
        if words[place : place + 1] != mine[place : place + 1]
    ]
    if not differs or differs == [max(len(words), len(mine)) - 1]:
        return None
    for other, theirs in enumerate(own):
        taken = sum(
            words[place : place + 1] == theirs[place : place + 1] != []
            and at_place[place][theirs[place]] == 1
            for place in differs
        )
        if other != number and taken * 2 > len(differs):
            return other
    return None
