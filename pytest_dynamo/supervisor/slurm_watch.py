# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Asks Slurm's controller now and then how the job and its nodes are, in a thread of its own.

A site's controller answers for everybody, so it is asked one question in ten seconds and no more;
and since it takes 9 s to fail, what it is asked must not delay seeing a death.
"""

from __future__ import annotations

import threading
from itertools import cycle
from typing import TYPE_CHECKING

from pytest_dynamo.errors import LaunchError
from pytest_dynamo.supervisor import scheduler
from pytest_dynamo.watch import slurm_state
from pytest_dynamo.watch.slurm_health import Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EVERY_S = 10.0


class SlurmWatch(threading.Thread):
    """Asks until it is told to stop, about the job and its nodes in turn."""

    def __init__(self, job: str, nodes: Sequence[str], deliver: Callable[[Seen], None]) -> None:
        super().__init__(name="slurm", daemon=True)
        self._job = job
        self._nodes = nodes
        self._deliver = deliver
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Ask no more questions."""
        self._stopped.set()

    def run(self) -> None:
        """Ask, and deliver each answer."""
        for ask in cycle((self._ask_job, self._ask_nodes)):
            if self._stopped.wait(EVERY_S):
                return
            try:
                seen = ask()
            except LaunchError as error:
                seen = Seen(problem=error.what)
            if not self._stopped.is_set():
                self._deliver(seen)

    def _ask_job(self) -> Seen:
        return Seen(job=slurm_state.job(scheduler.ask(slurm_state.job_words(self._job))))

    def _ask_nodes(self) -> Seen:
        words = slurm_state.nodes_words(",".join(self._nodes))
        return Seen(nodes=slurm_state.nodes(scheduler.ask(words)))
