# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""One deployment for every process of a pytest run: who holds it, who starts it, who was told.

Locks lie in a node-local directory. ``fallback_to_soft=False``: where the file system has no
``flock``, an error is better than a lock that a killed process would leave behind.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, ReadWriteLock, Timeout

from pytest_dynamo.errors import LaunchError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Held by the controller for its whole life; the supervisor ends when it can take it.
CONTROLLER_LOCK = "controller.lock"
_START_LOCK = "start.lock"
#: Starting a supervisor takes a few milliseconds; whoever waits longer waits for something broken.
_START_TIMEOUT_S = 60
_TURNS_LOCK = "turns.lock"
#: What exclusive tests of other processes, one after the other, may take of this one's time.
_TURN_TIMEOUT_S = 3600


class Lease:
    """The controller's hold on a deployment; letting go of it ends the deployment."""

    def __init__(self, node_local: Path) -> None:
        self._lock = FileLock(node_local / CONTROLLER_LOCK, fallback_to_soft=False)
        self._lock.acquire(timeout=0)

    def release(self) -> None:
        """Let go."""
        self._lock.release()


@contextmanager
def starting(node_local: Path) -> Iterator[None]:
    """Be the only process that looks whether the deployment was started, and starts it.

    Raises:
        LaunchError: another process held the lock for a minute.
    """
    lock = FileLock(node_local / _START_LOCK, fallback_to_soft=False)
    try:
        with lock.acquire(timeout=_START_TIMEOUT_S):
            yield
    except Timeout as error:
        raise LaunchError(
            f"another process of this run has held {lock.lock_file} for {_START_TIMEOUT_S} s",
            where=str(node_local),
            remedy="end that process, then run again",
        ) from error


@contextmanager
def turn(node_local: Path, *, alone: bool) -> Iterator[None]:
    """Have the deployment for the time of a test: with others, or ``alone`` to do it harm.

    Raises:
        LaunchError: it was not this test's turn for an hour.
    """
    lock = ReadWriteLock(node_local / _TURNS_LOCK, is_singleton=False)
    take = lock.write_lock if alone else lock.read_lock
    try:
        with take(timeout=_TURN_TIMEOUT_S):
            yield
    except Timeout as error:
        raise LaunchError(
            f"other tests have had the deployment for {_TURN_TIMEOUT_S} s",
            where=str(node_local),
            remedy="look which test of another process hangs, and end that process",
        ) from error
    finally:
        lock.close()


def first_to_tell(node_local: Path) -> bool:
    """Return True to the one process that tells of a failure, False to all others."""
    try:
        os.close(os.open(node_local / "told", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    except FileNotFoundError:
        # the controller has ended and taken the directory with it: nobody is left to listen
        return False
    return True
