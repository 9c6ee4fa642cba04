# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a bring-up tells as it goes: each phase and each step of a worker once, and who lags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.watch.startup import Pending

if TYPE_CHECKING:
    from pytest_dynamo.supervisor.telling import Telling
    from pytest_dynamo.watch.startup import Startup

#: Between two events that say what is waited for.
_EVERY_S = 5.0


class Progress:
    """Writes an event when a phase or all ranks of a worker have moved."""

    def __init__(self, telling: Telling) -> None:
        self._event = telling.event
        self._told: set[tuple[str, str]] = set()
        self._beats = 0

    def tell(self, startup: Startup, now: float) -> None:
        """Tell what is new, as long as the bring-up lasts."""
        if not isinstance(startup.state, Pending):
            return
        phase = startup.phase
        if self._first("phase", phase):
            self._event("phase", phase=phase, counts=startup.counts())
        self._tell_ranks(startup)
        beats = int((now - startup.began) / _EVERY_S)
        if beats > self._beats:
            self._beats = beats
            lags = [str(lag) for lag in startup.lagging(now)]
            gap = startup.probe.problem or startup.probe.unary
            self._event("waiting", phase=phase, lagging=lags, problem=gap or None)

    def _tell_ranks(self, startup: Startup) -> None:
        for name, ranks in startup.ledger().items():
            for step in ("joined", "loaded"):
                all_did = bool(ranks) and all(getattr(rank, step) for rank in ranks.values())
                if not all_did or not self._first(name, step):
                    continue
                took = {number: rank.load_seconds or 0.0 for number, rank in ranks.items()}
                slowest = max(took, key=lambda number: (took[number], number))
                timed = step == "loaded" and took[slowest] > 0
                self._event(
                    "milestone",
                    worker=name,
                    step=step,
                    ranks=len(ranks),
                    slowest=slowest if timed else None,
                    slowest_s=took[slowest] if timed else None,
                )

    def _first(self, of: str, what: str) -> bool:
        new = (of, what) not in self._told
        self._told.add((of, what))
        return new
