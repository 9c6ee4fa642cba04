# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whether somebody still listens at a URL: the one thing that can be watched from outside.

A connection is opened and closed, nothing is asked: a server that is busy is not dead, and one
whose process has ended refuses at once.
"""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pytest_dynamo.diagnosis.diagnose import Diagnosis
from pytest_dynamo.supervisor.rundir import Appender, write_json

if TYPE_CHECKING:
    from pytest_dynamo.supervisor.rundir import RunDir

#: Seconds between two looks; two refusals in a row are an end, and a client waits 0.7 s for it.
PERIOD_S = 0.2
#: A refusal is certain; what may be the network's has to last this long.
DOUBT_S = 10.0
_CONNECT_S = 2.0
_PORTS = {"http": 80, "https": 443}


def address(url: str) -> tuple[str, int]:
    """Return the host and the port that a URL is asked at."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _PORTS[parts.scheme]


class Pulse(threading.Thread):
    """Looks until it is told to stop, or until nobody listens; writes that in the run directory."""

    def __init__(self, url: str, run: RunDir) -> None:
        super().__init__(name="dynamo-pulse", daemon=True)
        self._url = url
        self._run = run
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self.join(timeout=_CONNECT_S + 1)

    def run(self) -> None:
        """Look until there is an end."""
        refusals = 0
        silent_since: float | None = None
        while not self._stopped.wait(PERIOD_S):
            problem = _look(self._url)
            if problem is None:
                refusals, silent_since = 0, None
                continue
            silent_since = silent_since or time.monotonic()
            refusals = refusals + 1 if isinstance(problem, ConnectionRefusedError) else 0
            if refusals > 1 or time.monotonic() - silent_since > DOUBT_S:
                self._lost(problem)
                return

    def _lost(self, problem: OSError) -> None:
        diagnosis = Diagnosis(
            phase="serving",
            kind="gone",
            where=self._url,
            what=f"nobody listens there any more: {problem.strerror or problem}",
            fault="unknown",
            remedy="look on its host why it ended; this run did not start it and did not stop it",
        ).to_dict()
        # the state first: whoever reads the event finds it true
        write_json(self._run.deployment, {"state": "lost", "diagnosis": diagnosis})
        events = Appender(self._run.events)
        events.append({"at": time.time(), "kind": "lost", "diagnosis": diagnosis})
        events.close()


def _look(url: str) -> OSError | None:
    """Return what keeps a connection from being opened, None when it was."""
    try:
        socket.create_connection(address(url), timeout=_CONNECT_S).close()
    except OSError as error:
        return error
    return None
