# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""One shell on each node of a run, all in one step: heard every two seconds, asked, told to act.

Slurm needs minutes to miss a node, and starts nothing where its ``slurmd`` has died. Our own shells
were there before: they say that their node lives, whether its ``slurmd`` still listens, what is on
it, and end the ranks that the scheduler cannot reach.
"""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

from pytest_dynamo.launch.plan import Process
from pytest_dynamo.launch.srun import SCRUB, step_name
from pytest_dynamo.supervisor.identity import LABEL
from pytest_dynamo.watch import sentry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pytest_dynamo.supervisor.children import Child
    from pytest_dynamo.watch.lines import Line
    from pytest_dynamo.watch.probe import NodeReport

#: The name of the step, and of its process.
BEAT = "beat"
#: A node that says nothing for so long is lost.
_SILENT_S = 7.0
#: What a sign of life may be late by, and the time between two.
_OVERDUE_S = sentry.EVERY_S + 1.0
#: A ``slurmd`` that does not listen for so long is dead; one that is restarted is back by then.
_ALONE_S = 5.0
#: We were not running ourselves, if a round took longer.
_STALLED_S = 2.0
_POLL_S = 0.03
_CHUNK = 1024 * 1024


class Sentries:
    """The shells of one run in one job."""

    def __init__(self, job: str, run_id: str, nodes: tuple[str, ...]) -> None:
        self._job = job
        self._run_id = run_id
        self.nodes = nodes
        self._child: Child | None = None
        self._heard: dict[str, float] = {}
        self._listened: dict[str, float] = {}
        self._looked: float | None = None
        self._asked = 0

    def process(self, port: int | None, paths: Sequence[str]) -> Process:
        """Return the step; ``port`` is that of the nodes' ``slurmd``, ``paths`` what to look for.

        It goes without the run's label, or the shells would find themselves.
        """
        count = str(len(self.nodes))
        return Process(
            name=BEAT,
            step=BEAT,
            kind="service",
            tokens=(
                "srun", "--overlap", "--verbose", "--label",
                "-J", step_name(self._run_id, BEAT),
                "--nodelist", ",".join(self.nodes),
                "--nodes", count, "--ntasks", count, "--ntasks-per-node", "1",
                "--jobid", self._job, "--input=all", "--export=ALL", "--chdir", "/",
                *sentry.words(self._run_id, port, paths),
            ),
            log=f"logs/{BEAT}.log",
            nodes=self.nodes,
            labelled=True,
            scrub=(*SCRUB, LABEL),
        )  # fmt: skip

    def posted(self, child: Child) -> None:
        """Take charge of the step, which was started with a pipe for its standard input."""
        self._child = child

    @property
    def there(self) -> bool:
        """Whether the step runs."""
        return self._child is not None and self._child.popen.poll() is None

    # -- what they say ---------------------------------------------------------------------------

    def hear(self, line: Line, now: float) -> None:
        """Take note of a sign of life."""
        said = sentry.heard(line.text, self.nodes) if line.process == BEAT else None
        if said is None or line.rank is None:
            return
        node, listens = said
        self._heard[node] = now
        if listens:
            self._listened[node] = now

    def listened(self, now: float) -> bool:
        """Note that we listen, in time; if nobody did for a while, no silence counts as one."""
        looked, self._looked = self._looked, now
        if looked is not None and now - looked <= _STALLED_S:
            return True
        self._heard = dict.fromkeys(self._heard, now)
        self._listened = dict.fromkeys(self._listened, now)
        return False

    def silent(self, now: float) -> dict[str, float]:
        """Return for how long each node was silent that is lost."""
        found = self._quiet(now)
        return {} if len(self._heard) > 1 and self._overdue(now) else found

    def hushed(self, now: float) -> bool:
        """Return whether no node says anything any more: Slurm may know why.

        It is the step itself that ended, as its srun tells, or that was stopped with its job.
        """
        return bool(self._quiet(now)) and self._overdue(now)

    def _quiet(self, now: float) -> dict[str, float]:
        if not self.there:
            return {}
        return {node: now - at for node, at in self._heard.items() if now - at > _SILENT_S}

    def _overdue(self, now: float) -> bool:
        """Return whether each node should have spoken by now; they do not do so in step."""
        return all(now - at > _OVERDUE_S for at in self._heard.values())

    def alone(self, now: float) -> list[str]:
        """Return the nodes that live and whose ``slurmd``, once seen to listen, does not."""
        return [
            node
            for node, at in self._listened.items()
            # a node that is silent altogether says nothing of its slurmd
            if at < self._heard[node] and now - at > _ALONE_S
            and now - self._heard[node] <= _SILENT_S
        ]

    # -- what they are told ----------------------------------------------------------------------

    def look(self, nodes: Collection[str], deadline_s: float) -> dict[str, NodeReport]:
        """Return the answers of the nodes that gave one in time."""
        if self._child is None:
            return {}
        deadline = time.monotonic() + deadline_s
        self._asked += 1
        at = os.fstat(self._child.log).st_size
        self._tell(sentry.look(self._asked))
        output = b""
        found: dict[str, NodeReport] = {}
        while len(found) < len(nodes):
            alive = self.there  # asked first: what it said before it ended is then in the log
            if more := os.pread(self._child.log, _CHUNK, at + len(output)):
                output += more
                found = sentry.answers(output.decode(errors="replace"), self._asked, nodes)
            elif not alive or time.monotonic() > deadline:
                break
            else:
                time.sleep(_POLL_S)
        return found

    def end(self, signal: str, nodes: Iterable[str], steps: Iterable[str]) -> bool:
        """Signal the run's processes of these steps on these nodes; return whether it was told."""
        return self._tell(sentry.end(signal, nodes, steps))

    def dismiss(self, timeout_s: float) -> bool:
        """Have them all end, as their standard input does; return whether they did in time."""
        if self._child is None or self._child.popen.stdin is None:
            return True
        self._child.popen.stdin.close()
        try:
            self._child.popen.wait(timeout_s)
        except subprocess.TimeoutExpired:  # it waits for a node that is lost
            self._child.popen.kill()
            self._child.popen.wait()
            return False
        return True

    def _tell(self, words: str) -> bool:
        if not self.there or self._child is None or self._child.popen.stdin is None:
            return False
        try:
            self._child.popen.stdin.write(words.encode())
            self._child.popen.stdin.flush()
        except BrokenPipeError:
            return False
        return True
