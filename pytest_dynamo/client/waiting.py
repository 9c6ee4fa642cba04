# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How long one request may wait, and what it asks meanwhile: is what I wait for alive?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

#: Longest time in which nobody looks up; half of the 100 ms promised.
SLICE_S = 0.05
#: How long a death may take to become known. The supervisor wakes at once, listens for 0.25 s to
#: what the other processes say of it, and writes down the cause.
SETTLE_S = 0.7


class NotAlive(Exception):
    """Carries what ``alive`` raised through httpcore, which would strip its cause."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class Watch:
    """The clock of one request, and what has to be alive while it waits."""

    def __init__(
        self,
        alive: Callable[[], None] | None,
        *,
        connect_s: float,
        deadline_s: float,
        listens: Callable[[], bool] | None = None,
    ) -> None:
        self.started = time.monotonic()
        self.deadline_s = deadline_s
        self.connect_ends = self.started + min(connect_s, deadline_s)
        self._ends = self.started + deadline_s
        self._alive = alive
        self._listens = listens
        self._looked = -1.0

    def elapsed(self) -> float:
        """Return the seconds since the request was begun."""
        return time.monotonic() - self.started

    def look(self, late: type[Exception], ends: float | None = None) -> float:
        """Return how long a wait may be before the next look.

        Raises:
            Exception: ``late`` when time is up, or what ``alive`` raised.
        """
        now = time.monotonic()
        if self._alive is not None and now - self._looked >= SLICE_S / 2:
            try:
                self._alive()
            except Exception as error:
                raise NotAlive(error) from error
            self._looked = now = time.monotonic()
        left = min(self._ends, self._ends if ends is None else ends) - now
        if left <= 0:
            raise late(f"time was up after {now - self.started:.2f} s")
        return min(left, SLICE_S)

    def look_behind(self) -> None:
        """Look closely at an answer that tells of a failure behind who gave it.

        From outside nothing is seen there, and who answers is alive.
        """
        if self._listens is None:
            self.look_closely()

    def look_closely(self) -> None:
        """Raise what ``alive`` has to say about an answer that broke, as soon as it knows.

        A client sees a broken connection milliseconds after the death that broke it; whoever
        watches the processes needs a little longer to say which death.
        """
        if self._alive is None:
            return
        ends = time.monotonic() + SETTLE_S
        self._alive()
        if self._listens is not None and self._listens():
            return  # what is seen from outside of a death is that nobody listens any more
        while time.monotonic() < ends:
            time.sleep(SLICE_S)
            self._alive()
