# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Answers that are asked to stop at a text which is known to come.

An engine whose sums depend on what else it computes turns a greedy token now and then, and then the
text does not come: so there are several, of which a caller may ask that one be right.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

#: Longest text to stop at, in characters.
_LONGEST = 6


class Said(Protocol):
    """An answer, whole or streamed."""

    @property
    def text(self) -> str:
        """All that it says."""


_Answer = TypeVar("_Answer", bound=Said)


def stopped(ask: Callable[..., _Answer], tries: int) -> list[tuple[_Answer, str]]:
    """Return answers that had a stop text, each with what the answer without it said before that.

    ``ask`` asks one greedy question, and takes ``stop``.
    """
    found = []
    for _ in range(tries):
        whole = ask().text
        # halves of characters are shown as U+FFFD, and are no text to stop at
        stop = max(re.split("\ufffd+", whole[len(whole) // 2 :]), key=len)[:_LONGEST]
        found.append((ask(stop=[stop]), whole.partition(stop)[0]))
    return found
