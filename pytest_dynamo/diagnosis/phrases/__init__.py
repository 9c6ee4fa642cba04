# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whose fault an error is by the words that one program uses: one module for each field.

A phrase is less than a known issue, for it names a class alone, and more than a general word: it is
how one program says one thing. So phrases are asked before the general words of ``kinds.py``, which
often stand in the same line, and in their order, so that of two the more particular comes first.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.phrases import (
    checkpoints,
    clusters,
    engines,
    fabric,
    hosts,
    models,
    services,
)
from pytest_dynamo.diagnosis.phrases.phrase import Phrase

if TYPE_CHECKING:
    from pytest_dynamo.known_issues import Fault

__all__ = ["PHRASES", "Phrase", "fault_of"]

#: Every phrase that ships, in the order in which they are asked.
PHRASES: tuple[Phrase, ...] = (
    *hosts.PHRASES, *clusters.PHRASES, *services.PHRASES,
    *fabric.PHRASES, *models.PHRASES, *checkpoints.PHRASES, *engines.PHRASES,
)  # fmt: skip


#: How much of a line is looked at: what is longer is a configuration, or data.
_LONG = 4_000


def fault_of(text: str, phrases: tuple[Phrase, ...] = PHRASES) -> Fault | None:
    """Return whose fault the first phrase that a line holds tells of, None if it holds none."""
    text = text[:_LONG]
    return _shipped(text) if phrases is PHRASES else _first(text, phrases)


@functools.lru_cache(maxsize=16_384)  # the same line is asked of many times
def _shipped(text: str) -> Fault | None:
    return _first(text, PHRASES)


def _first(text: str, phrases: tuple[Phrase, ...]) -> Fault | None:
    # one by one: a union of them takes twice the time, since it knows no first letters
    return next((each.fault for each in phrases if each.holds(text)), None)
