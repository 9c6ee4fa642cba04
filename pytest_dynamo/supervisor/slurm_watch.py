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
        self._wake = threading.Event()
        self._stopped = False
        self._hurried = False

    def stop(self) -> None:
        """Ask no more questions."""
        self._stopped = True
        self._wake.set()

    def hurry(self) -> None:
        """Ask about the job at once, as a node would not say why it is silent; only ever once."""
        if not self._hurried:
            self._hurried = True
            self._wake.set()

    def run(self) -> None:
        """Ask, and deliver each answer."""
        turn = cycle((self._ask_nodes, self._ask_job))  # the job's state was asked before
        while True:
            hurried = self._wake.wait(EVERY_S)
            self._wake.clear()
            if self._stopped:
                return
            try:
                seen = self._ask_job() if hurried else next(turn)()
            except LaunchError as error:
                seen = Seen(problem=error.what)
            if not self._stopped:
                self._deliver(seen)

    def _ask_job(self) -> Seen:
        return Seen(job=slurm_state.job(scheduler.ask(slurm_state.job_words(self._job))))

    def _ask_nodes(self) -> Seen:
        words = slurm_state.nodes_words(",".join(self._nodes))
        return Seen(nodes=slurm_state.nodes(scheduler.ask(words)))
