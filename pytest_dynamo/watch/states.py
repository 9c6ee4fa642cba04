# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a bring-up can come to, and the phases on its way there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Phase = Literal["services", "launch", "load", "registration", "serving"]
PHASES: tuple[Phase, ...] = ("services", "launch", "load", "registration", "serving")


@dataclass(frozen=True, slots=True)
class Pending:
    """Still coming up."""

    phase: Phase


@dataclass(frozen=True, slots=True)
class Ready:
    """Able to serve, proven; ``took_s`` is the seconds that each phase took."""

    at: float
    took_s: Mapping[Phase, float]


@dataclass(frozen=True, slots=True)
class Failed:
    """Will not become able to serve, or, where it ``served``, no longer is.

    ``kind`` is how it showed: a process ended, a budget ran out, or the ranks contradict the plan.
    ``phase`` is that of the whole, for the end of a rank its own.
    ``worker`` and ``process`` name what it is about as far as that is one, ``ranks`` those of the
    worker; ``log`` and ``line`` are where it was seen, and ``since_s`` is how long the quietest of
    the ranks has said nothing.
    """

    at: float
    phase: Phase
    kind: Literal["exit", "stall", "contradiction"]
    what: str
    process: str | None = None
    worker: str | None = None
    ranks: tuple[int, ...] = ()
    nodes: tuple[str, ...] = ()
    code: int | None = None
    log: str | None = None
    line: int | None = None
    since_s: float | None = None
    served: bool = False
