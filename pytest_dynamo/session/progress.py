# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A line for a person whenever a bring-up gets somewhere, and every minute when it does not."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_dynamo.supervisor.rundir import RunDir

#: The supervisor writes a ``waiting`` event every 5 s; every twelfth is shown.
_SHOW_WAITING = 12
#: Characters that are shown of what happened; the whole follows with the first test that fails.
_SHOWN = 160


class Progress:
    """Follows ``events.jsonl`` and words what is new; ``poll`` may be called as often as wished."""

    def __init__(self, run: RunDir, write: Callable[[str], None]) -> None:
        self._run = run
        self._write = write
        self._offset = 0
        self._began: float | None = None
        self._waits = 0

    def poll(self) -> None:
        """Write a line for each new event that a person wants to know."""
        try:
            with self._run.events.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return
        whole, newline, _ = data.rpartition(b"\n")
        if not newline:
            return
        self._offset += len(whole) + 1
        for line in whole.splitlines():
            event = json.loads(line)
            self._began = self._began or float(event["at"])
            if text := self._word(event):
                self._write(f"dynamo: {float(event['at']) - self._began:6.1f} s  {text}")

    def _word(self, event: dict[str, Any]) -> str | None:  # Any: a JSON object
        word = getattr(self, f"_{event['kind']}", None)
        text: str | None = word(event) if word else None
        return text

    def _listening(self, event: dict[str, Any]) -> str:
        return f"{event['process']} accepts connections"

    def _milestone(self, event: dict[str, Any]) -> str:
        text = f"{event['worker']}: {event['ranks']}/{event['ranks']} {event['step']}"
        if event["slowest"] is not None:
            text += f", slowest rank {event['slowest']} in {event['slowest_s']:.2f} s"
        return text

    def _waiting(self, event: dict[str, Any]) -> str | None:
        self._waits += 1
        if self._waits % _SHOW_WAITING:
            return None
        lags = "; ".join(event["lagging"]) or event["problem"] or "no news"
        return f"{event['phase']}: {lags}"

    def _ready(self, event: dict[str, Any]) -> str:
        return "ready: " + ", ".join(
            f"{phase} {seconds:.1f} s" for phase, seconds in event["took_s"].items()
        )

    def _trouble(self, event: dict[str, Any]) -> str:
        return f"{event['where']}: {event['what']}"

    def _failed(self, event: dict[str, Any]) -> str:
        cause = event["diagnosis"]
        what = cause["what"]
        short = what if len(what) <= _SHOWN else f"{what[:_SHOWN]} ..."
        return f"{event['kind']}: {cause['where']}: {short}"

    _lost = _failed


class ProgressThread(threading.Thread):
    """Polls in the controller of an xdist run, whose main thread waits for its workers."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(name="dynamo-progress", daemon=True)
        self._progress = progress
        self._stopped = threading.Event()

    def run(self) -> None:
        """Poll until stopped."""
        while not self._stopped.wait(0.2):
            self._progress.poll()

    def stop(self) -> None:
        """Poll once more, then no more."""
        self._stopped.set()
        self.join(timeout=5)
        self._progress.poll()
