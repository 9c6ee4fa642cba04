# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The Slurm steps of one run: know their ids, and end them through the scheduler by these ids.

A signal to ``srun`` is no way to end a step: on SIGTERM it has its ranks killed at once, so that
nothing of theirs is closed, and after SIGKILL they live for seconds. ``scancel --signal`` reaches
them; with ``--ctld``, since without it 22.05 reports an invalid job id after having done it. Where
the scheduler cannot reach them - its controller is down, or a node's ``slurmd`` - our own shells on
the nodes do it instead, by the same ids. In a suspended job nothing of this works: Slurm neither
signals nor cancels a step until it goes on, and our shells are stopped too. There the death of its
``srun`` is what ends it.

The id of a step is said by ``srun --verbose`` as it launches; what was missed there is found by the
step's name, which holds the id of the run.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from pytest_dynamo.errors import LaunchError
from pytest_dynamo.launch.srun import step_name
from pytest_dynamo.supervisor import scheduler
from pytest_dynamo.watch import slurm_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pytest_dynamo.supervisor.sentry import Sentries
    from pytest_dynamo.watch.lines import Line

#: What a step whose ranks were killed may take to be gone. Longer takes only one with a dead node,
#: for which Slurm waits in vain.
GONE_S = 10.0
#: The same where a node is lost.
_HOPELESS_S = 1.0
#: For the controller to take an order; a healthy one needs some 10 ms.
_CANCEL_S = 5.0


class Steps:
    """The steps of one run in one job; ``note`` writes an id down, ``tell`` what went wrong."""

    def __init__(
        self,
        job: str,
        run_id: str,
        sentries: Sentries,
        note: Callable[[str, str], None],
        tell: Callable[[str], None],
    ) -> None:
        self._job = job
        self._run_id = run_id
        self._sentries = sentries
        self._nodes = sentries.nodes
        self._note = note
        self._tell = tell
        self.ids: dict[str, str] = {}
        self.gone_s = GONE_S
        self.reachable = True
        #: The nodes that the scheduler does not reach.
        self.beyond: set[str] = set()
        #: Whether the job is suspended.
        self.halted = False

    def give_up(self) -> None:
        """Do not wait for steps long: a node of theirs is lost."""
        self.gone_s = _HOPELESS_S

    def hear(self, line: Line) -> None:
        """Take the id of a step from what its ``srun`` says."""
        if line.process in self.ids or line.rank is not None:
            return
        if step := slurm_state.step_started(line.text):
            self._know(line.process, step)

    def terminate(self, names: Iterable[str]) -> set[str]:
        """Send SIGTERM to the ranks of steps; return the names that it could be sent for."""
        return self.send(names, signal.SIGTERM)

    def send(self, names: Iterable[str], number: signal.Signals) -> set[str]:
        """Send a signal to the ranks of steps; return the names that it could be sent for."""
        word = number.name.removeprefix("SIG")
        return self._cancel(names, word, "--ctld", f"--signal={word}")

    def forget(self, name: str) -> None:
        """Let a step that has ended go, so that its successor can be heard of."""
        self.ids.pop(name, None)

    def cancel(self, names: Iterable[str]) -> set[str]:
        """Have steps killed; return the names that this could be asked for."""
        return self._cancel(names, "KILL")

    def living(self) -> dict[str, str] | None:
        """Return the steps of this run that the controller knows, None when it does not answer."""
        if not self.reachable:
            return None
        try:
            found = running(self._job)
        except LaunchError as error:
            self._missed(error)
            return None
        prefix = step_name(self._run_id, "")
        return {
            name.removeprefix(prefix): step
            for name, step in found.items()
            if name.startswith(prefix)
        }

    def answered(self, problem: str | None) -> None:
        """Note whether the controller answered a question that somebody else asked."""
        if problem is None:
            self.reachable = True
        elif scheduler.away(problem):
            self.reachable = False

    def _cancel(self, names: Iterable[str], word: str, *options: str) -> set[str]:
        wanted = set(names)
        if wanted - self.ids.keys() and self.reachable:
            for name, step in (self.living() or {}).items():
                self._know(name, step)
        known = sorted(wanted & self.ids.keys())
        if not known or self.halted:
            return set()
        ids = [self.ids[name] for name in known]
        # who can do it otherwise does not wait for the 18 s that it takes scancel to give up
        deadline_s = _CANCEL_S if self._sentries.there else scheduler.DEADLINE_S
        if self.reachable:
            try:
                scheduler.ask(["scancel", *options, *ids], deadline_s)
            except LaunchError as error:
                # also when one of them has ended meanwhile; whether the rest got it shows soon
                self._missed(error)
        if self.reachable and not self.beyond:
            return set(known)
        told = self._sentries.end(word, self.beyond if self.reachable else self._nodes, ids)
        return set(known) if self.reachable or told else set()

    def _missed(self, error: LaunchError) -> None:
        """Note that a question failed; each one to a controller that is down takes 9 to 18 s."""
        self._tell(str(error))
        if scheduler.away(error.what):
            self.reachable = False

    def _know(self, name: str, step: str) -> None:
        if name not in self.ids:
            self.ids[name] = step
            self._note(name, step)


def running(job: str) -> dict[str, str]:
    """Return the ids of a job's running steps by name.

    Raises:
        LaunchError: the controller does not answer.
    """
    return slurm_state.steps(scheduler.ask(slurm_state.steps_words(job)))


def cancel_recorded(records: Iterable[Mapping[str, object]]) -> list[str]:
    """Cancel the steps of a run that lost its supervisor; return the ids of those that still ran.

    Raises:
        LaunchError: the controller does not answer.
    """
    recorded = [str(item["step_id"]) for item in records if "step_id" in item]
    if not recorded:
        return []
    try:
        alive = set(running(recorded[0].partition(".")[0]).values())
    except LaunchError as error:
        if "Invalid job id" in str(error):  # the job is gone, and its steps with it
            return []
        raise
    if mine := [step for step in recorded if step in alive]:
        scheduler.ask(["scancel", *mine])
    return mine
