# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""One way at least to break a clean configuration for every rule; a module for each family.

A mutation is found because its module lies in this folder. It changes one thing, and says whether
it could: it cannot where the rule's own guard holds, or where the change would be two mistakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_dynamo import catalogues

if TYPE_CHECKING:
    from collections.abc import Callable

    from breaking.config import Config


@dataclass(frozen=True, slots=True)
class Mutation:
    """What wakes the rule of that code."""

    code: str
    name: str
    apply: Callable[[Config], bool]


def breaks(code: str) -> Callable[[Callable[[Config], bool]], Mutation]:
    """Name the rule that a mutation should wake; it returns whether it could be applied."""

    def wrap(change: Callable[[Config], bool]) -> Mutation:
        return Mutation(code, change.__name__, change)

    return wrap


def catalogue() -> tuple[Mutation, ...]:
    """Return every mutation, by code."""
    return catalogues.of(__name__, __path__, Mutation)
