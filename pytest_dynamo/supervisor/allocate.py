# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""An allocation that lives as long as someone holds it, and no longer, however they end.

Theory of operation. ``salloc`` runs a program that reads a named pipe and ends with it; ``salloc``
then gives the nodes back. Whoever needs the allocation - the pytest that asked for it, the
supervisor of its deployment - has the pipe open for writing, and the kernel closes that with the
process, whatever killed it. While the job still waits its ``salloc`` is told by the same pipe.
"""

from __future__ import annotations

import os
import selectors
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_dynamo.errors import LaunchError
from pytest_dynamo.supervisor import scheduler
from pytest_dynamo.supervisor.rundir import node_local
from pytest_dynamo.watch import queue_state

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# $1 is the pipe, the rest is salloc with its words. The second reader is for a salloc that still
# waits; one that has its nodes ends by itself, for which it has a second: told to end while it does
# so it may end without giving them back. Nobody may be left to listen when it does: without
# the trap its last words would end it before it has given the nodes back.
_KEEPER = r"""
trap '' PIPE
pipe=$1; shift
exec 3<"$pipe" </dev/null
"$@" sh -c 'env -0 | tr "\n\0" "\1\n" | grep ^SLURM_; echo; exec cat >/dev/null' <&3 &
salloc=$!
trap 'kill -TERM $salloc' TERM
{ cat; sleep 1; kill -TERM $$; } <&3 >/dev/null 2>&1 &
reader=$!
exec 3<&-
wait $salloc
wait $salloc
trap '' TERM
kill $reader
"""
#: At most one question to the controller in this time; the first ones come sooner, since a reason
#: that no waiting helps against shows itself then.
_EVERY_S = 10.0
_FIRST_S = 0.5
#: A state that does not change is told again after this time.
_TELL_S = 60.0
#: For salloc to give the nodes back.
_RELEASE_S = 30.0


@dataclass
class Allocated:
    """Nodes that are ours until ``release``; ``environment`` is what Slurm says of them."""

    job: str
    environment: dict[str, str]
    pipe: Path
    _hold: int
    _keeper: subprocess.Popen[bytes]

    def release(self, *, kept: bool = False) -> None:
        """Let go; the nodes are given back unless another process holds them (``kept``).

        Raises:
            LaunchError: the job could not be ended.
        """
        os.close(self._hold)
        shutil.rmtree(self.pipe.parent, ignore_errors=True)
        _close(self._keeper)
        if kept:
            return
        try:
            self._keeper.wait(_RELEASE_S)
        except subprocess.TimeoutExpired:
            scheduler.ask(["scancel", self.job])
            self._keeper.kill()
            self._keeper.wait()


def hold(pipe: str | None) -> int | None:
    """Hold an allocation by its pipe until this process ends; None where there is none to hold."""
    if pipe is None:
        return None
    try:
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:  # it has ended, which its steps will show
        return None


def obtain(words: Sequence[str], wait_s: float, tell: Callable[[str], None]) -> Allocated:
    """Ask for nodes with the words of ``salloc``; return when they are there.

    ``tell`` is given a line whenever the job's place in the queue or its reason changes.

    Raises:
        LaunchError: it was refused, waits for what will not come, or has waited ``wait_s``.
    """
    if shutil.which(words[0]) is None:
        raise LaunchError(
            f"{words[0]} is not installed",
            where=os.uname().nodename,
            remedy="run where Slurm's client programs are installed",
        )
    place = Path(tempfile.mkdtemp(prefix="allocation-", dir=node_local()))
    pipe = place / "held"
    os.mkfifo(pipe, 0o600)
    # also for reading, so that opening it waits for nobody
    held = os.open(pipe, os.O_RDWR | os.O_CLOEXEC)
    command = ["sh", "-c", _KEEPER, "keeper", str(pipe), *words]
    keeper = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=scheduler.environment(),
        start_new_session=True,
    )
    waiting = _Waiting(keeper, tell, time.monotonic() + wait_s, wait_s)
    try:
        environment = waiting.run()
    except BaseException:
        os.close(held)
        _close(keeper)
        shutil.rmtree(place, ignore_errors=True)
        with suppress(subprocess.TimeoutExpired):
            keeper.wait(_RELEASE_S)
        raise
    return Allocated(environment["SLURM_JOB_ID"], environment, pipe, held, keeper)


def _close(keeper: subprocess.Popen[bytes]) -> None:
    """Listen to it no longer."""
    for stream in (keeper.stdout, keeper.stderr):
        if stream:
            stream.close()


class _Waiting:
    """Hears ``salloc`` and asks where its job stands, until the nodes are there."""

    def __init__(
        self,
        keeper: subprocess.Popen[bytes],
        tell: Callable[[str], None],
        deadline: float,
        wait_s: float,
    ) -> None:
        self._keeper = keeper
        self._tell = tell
        self._deadline = deadline
        self._wait_s = wait_s
        self._job: str | None = None
        self._said: list[str] = []
        self._next = 0.0
        self._every_s = _FIRST_S
        self._told: tuple[str, float] = ("", 0.0)

    def run(self) -> dict[str, str]:
        assert self._keeper.stdout  # noqa: S101 - both are pipes
        assert self._keeper.stderr  # noqa: S101
        rest = {self._keeper.stdout: b"", self._keeper.stderr: b""}
        environment: list[bytes] = []
        with selectors.DefaultSelector() as selector:
            for stream in rest:
                selector.register(stream, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select(_FIRST_S):
                    stream = self._keeper.stdout
                    if key.fileobj is not stream:
                        stream = self._keeper.stderr
                    data = os.read(key.fd, 65536)
                    if not data:
                        selector.unregister(stream)
                    *lines, rest[stream] = (rest[stream] + data).split(b"\n")
                    if stream is self._keeper.stderr:
                        self._hear(lines)
                        continue
                    environment += lines
                    if b"" in lines:
                        return _environment(environment)
                self._look()
        raise self._refused()

    def _hear(self, lines: Sequence[bytes]) -> None:
        for line in lines:
            text = line.decode(errors="replace")
            self._said.append(text)
            self._job = self._job or queue_state.number(text)

    def _look(self) -> None:
        """Ask, when it is time, where the job stands; tell what is new."""
        now = time.monotonic()
        if now > self._deadline:
            raise LaunchError(
                f"no nodes within {self._wait_s:g} s; {self._told[0] or 'salloc said nothing'}",
                where=f"job {self._job}",
                remedy="wait longer (--dynamo-slurm=wait=...), or ask for fewer nodes",
            )
        if self._job is None or now < self._next:
            return
        self._next = now + self._every_s
        self._every_s = min(2 * self._every_s, _EVERY_S)
        try:
            found = queue_state.pending(scheduler.ask(queue_state.pending_words()), self._job)
        except LaunchError as error:  # a controller that is down comes back, and the job with it
            self._word(f"job {self._job}: {error.what}", now)
            return
        if found is None:
            return
        if found.hopeless:
            raise LaunchError(
                f"would wait for ever: {found.reason}",
                where=f"job {self._job}",
                remedy=found.hopeless.replace("JOB", self._job),
            )
        self._word(str(found), now)

    def _word(self, text: str, now: float) -> None:
        if text != self._told[0] or now - self._told[1] > _TELL_S:
            self._tell(text)
            self._told = (text, now)

    def _refused(self) -> LaunchError:
        self._keeper.wait()
        if found := queue_state.refusal(self._said):
            return LaunchError(f"salloc was refused: {found[0]}", remedy=found[1])
        return LaunchError(
            "salloc ended without nodes",
            evidence="\n".join(self._said[-5:]) or None,
            remedy="ask as your site wants it: --dynamo-slurm=KEY=VALUE",
        )


def _environment(lines: Sequence[bytes]) -> dict[str, str]:
    pairs = (line.decode(errors="surrogateescape").partition("=") for line in lines if line)
    return {key: value.replace("\1", "\n") for key, _, value in pairs}
