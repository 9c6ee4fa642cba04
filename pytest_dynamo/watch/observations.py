# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What can be seen of a bring-up besides the lines of its logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A shell, and ``srun``, give the end by signal N as 128 + N.
SHELL_BASE = 128
_SIGNALS = {
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE",
    9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE", 15: "SIGTERM",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spawned:
    """A process was started."""

    process: str


@dataclass(frozen=True, slots=True)
class Listening:
    """Every port of a process accepts connections."""

    process: str


@dataclass(frozen=True, slots=True)
class Exited:
    """A process ended; ``code`` is its exit status, or minus the signal that ended it."""

    process: str
    code: int


@dataclass(frozen=True, slots=True)
class Probed:
    """What the frontend answered. ``instances`` counts by role; None where it does not say.

    ``unary`` and ``stream`` are None before they were tried, "" when whole, else what was wrong.
    """

    models: tuple[str, ...] = ()
    instances: Mapping[str, int] | None = None
    ready: bool | None = None
    unary: str | None = None
    stream: str | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed; the only observation that can find a budget exceeded."""


def signal_of(code: int) -> int | None:
    """Return the signal that a status stands for, as ``subprocess`` and ``srun`` give it."""
    if code < 0:
        return -code
    return code - SHELL_BASE if code - SHELL_BASE in _SIGNALS else None


def ended_how(code: int) -> str:
    """Return ``exit 1`` or ``SIGKILL``, for a status as ``subprocess`` and ``srun`` give it."""
    number = signal_of(code)
    if number is None:
        return f"exit {code}"
    name = _SIGNALS.get(number, f"signal {number}")
    return name if code < 0 else f"exit {code} ({name})"
