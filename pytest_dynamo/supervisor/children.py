# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The processes of one run: start them, read what they say, see them end, end them."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_dynamo.errors import LaunchError
from pytest_dynamo.launch.secret_words import revealed, without
from pytest_dynamo.redaction import MASK
from pytest_dynamo.supervisor.follower import Follower, Turns
from pytest_dynamo.supervisor.identity import Identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pytest_dynamo.diagnosis.screen import Screen
    from pytest_dynamo.launch.plan import Process
    from pytest_dynamo.supervisor.steps import Steps
    from pytest_dynamo.watch.lines import Line


@dataclass(slots=True)
class Child:
    """One started process, and its log."""

    process: Process
    popen: subprocess.Popen[bytes]
    identity: Identity | None
    handle: int
    follower: Follower
    code: int | None = None

    @property
    def log(self) -> int:
        """The file descriptor of its log."""
        return self.follower.log

    def read(self, *, attentive: bool = True) -> list[Line]:
        """Return what is worth looking at of the lines written since the last call."""
        return self.follower.read(attentive=attentive, ended=self.code is not None)


class Children:
    """Owns every process of a run; wakes its selector when one of them ends."""

    def __init__(self, run_path: Path, selector: selectors.BaseSelector) -> None:
        self._run = run_path
        self._selector = selector
        self.all: dict[str, Child] = {}
        self._lives: dict[str, int] = {}
        self._turns = Turns()

    def start(
        self,
        process: Process,
        base: Mapping[str, str],
        screen: Screen | None = None,
        *,
        heeds: bool = False,
    ) -> Child:
        """Start a process in a session of its own, its output appended to its log.

        One that is started again gets a log of its own, numbered by its life. One that ``heeds``
        has a pipe for its standard input, which ends when we do.

        Raises:
            LaunchError: the program is not there, or the system refuses.
        """
        environment = {
            key: value
            for key, value in without(base).items()
            if not any(key.startswith(prefix) for prefix in process.scrub)
        }
        # A hidden value is in our own environment, where the controller put it.
        for key, value in process.env.items():
            environment[key] = base.get(key, "") if value == MASK else value
        if before := self.all.get(process.name):
            os.close(before.log)
            lives = self._lives[process.name] = self._lives.get(process.name, 1) + 1
            process = replace(process, log=f"{process.log.removesuffix('.log')}.{lives}.log")
        path = self._run / process.log
        path.parent.mkdir(exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        out = os.open(path, flags, 0o600)
        try:
            popen = subprocess.Popen(
                revealed(process.tokens, base),
                stdin=subprocess.PIPE if heeds else subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=self._run,
                start_new_session=True,
            )
        except OSError as error:
            raise LaunchError(
                f"{process.name} could not be started: {process.tokens[0]}: {error.strerror}",
                where=", ".join(process.nodes),
                remedy=f"install {process.tokens[0]}, or correct PATH",
            ) from error
        finally:
            os.close(out)
        handle = os.pidfd_open(popen.pid)
        child = Child(
            process, popen, Identity.of(popen.pid), handle, Follower.of(process, path, screen)
        )
        self._selector.register(handle, selectors.EVENT_READ, child)
        self.all[process.name] = child
        return child

    def reap(self) -> list[Child]:
        """Return the children that ended since the last call."""
        ended = []
        for child in self.all.values():
            if child.code is None and (code := child.popen.poll()) is not None:
                child.code = code
                self._selector.unregister(child.handle)
                os.close(child.handle)
                ended.append(child)
        return ended

    def due(self, *, everyone: bool) -> list[Child]:
        """Return whose logs to read now: of thousands a part, so that each has its turn soon."""
        found = list(self.all.values())
        return found if everyone else self._turns.due(found)

    def alive(self) -> list[Child]:
        """Return the children that have not ended."""
        return [child for child in self.all.values() if child.code is None]

    def send(
        self, children: Iterable[Child], number: signal.Signals, steps: Steps | None = None
    ) -> None:
        """Send a signal to process groups, or with ``steps`` to the ranks of their steps."""
        asked = [child for child in children if child.code is None]
        names = {child.process.name for child in asked}
        reached = steps.send(names, number) if steps and names else set()
        for child in asked:
            if child.process.name not in reached:
                self._signal(child, number)

    def stop(
        self, children: Iterable[Child], grace_s: float, steps: Steps | None = None
    ) -> dict[str, str]:
        """End children, by SIGTERM to their process groups, and by SIGKILL after the grace.

        With ``steps``, both go to the ranks of their steps through the scheduler, as far as it
        can be reached. Returns how each of them was ended.
        """
        asked = [child for child in children if child.code is None]
        how = {child.process.name: "TERM" for child in asked}
        reached = steps.terminate(how) if steps and how else set()
        launched = steps.ids.keys() - reached if steps else set()
        for child in asked:
            if child.process.name not in reached | launched:
                self._signal(child, signal.SIGTERM)
        if steps is None or not steps.halted:  # who is stopped cannot end by himself
            self._interrupt([child for child in asked if child.process.name in launched])
            self._wait(asked, grace_s)
        late = {child.process.name for child in self._running(asked)}
        how |= dict.fromkeys(late, "KILL")
        if steps and late and steps.cancel(late):
            self._wait(asked, steps.gone_s)
        for child in self._running(asked):
            self._signal(child, signal.SIGKILL)
        for child in asked:
            child.popen.wait()  # only a process in the kernel's hands can keep this waiting
        self.reap()
        return how

    def close(self) -> None:
        """Close every log."""
        for child in self.all.values():
            os.close(child.log)

    def _interrupt(self, sruns: list[Child]) -> None:
        """Have ``srun`` itself pass SIGINT on to its ranks: the one way without a controller.

        It does so when told twice within a second.
        """
        for _ in range(2):
            for child in sruns:
                self._signal(child, signal.SIGINT)
            if sruns:
                self._wait(sruns, 0.3)

    def _wait(self, children: Iterable[Child], timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        while self._running(children) and time.monotonic() < deadline:
            self._selector.select(min(0.05, max(0.0, deadline - time.monotonic())))
            self.reap()

    @staticmethod
    def _running(children: Iterable[Child]) -> list[Child]:
        return [child for child in children if child.code is None]

    @staticmethod
    def _signal(child: Child, number: signal.Signals) -> None:
        # The group's number is the child's, which stays ours until it is reaped.
        if child.popen.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(child.popen.pid, number)
