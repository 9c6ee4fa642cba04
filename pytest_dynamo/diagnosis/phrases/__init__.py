# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whose fault an error is by the words that one program uses: one module for each field.

A phrase is less than a known issue, for it names a class alone, and more than a general word: it is
how one program says one thing. So phrases are asked before the general words of ``kinds.py``, which
often stand in the same line, and in their order, so that of two the more particular comes first.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.phrases import engines, fabric, hosts, models
from pytest_dynamo.diagnosis.phrases.phrase import Phrase

if TYPE_CHECKING:
    from pytest_dynamo.known_issues import Fault

__all__ = ["PHRASES", "Phrase", "fault_of"]

#: Every phrase that ships, in the order in which they are asked.
PHRASES: tuple[Phrase, ...] = (
    *hosts.PHRASES, *fabric.PHRASES, *models.PHRASES, *engines.PHRASES,
)  # fmt: skip


def fault_of(text: str, phrases: tuple[Phrase, ...] = PHRASES) -> Fault | None:
    """Return whose fault the first phrase that a line holds tells of, None if it holds none."""
    if not _any(phrases).search(text):
        return None
    return next((each.fault for each in phrases if each.holds(text)), None)


@functools.lru_cache(maxsize=4)
def _any(phrases: tuple[Phrase, ...]) -> re.Pattern[str]:
    """Return what finds out whether a line holds any of them."""
    return re.compile("|".join(f"(?:{each.words})" for each in phrases) or r"(?!)")
