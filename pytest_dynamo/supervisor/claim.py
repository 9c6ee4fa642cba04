# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A run's claim on a Slurm job, so that no other run uses it at the same time.

A lock tells runs on this host of each other; those on other hosts are told by the names of the
job's steps, which hold the id of their run.
"""

from __future__ import annotations

import fcntl
import os
import re

from pytest_dynamo.supervisor import steps
from pytest_dynamo.supervisor.rundir import node_local

_OUR_STEP = re.compile(r"(?P<run>[a-z0-9_]+-[0-9a-f]{8})\.(?P<process>.+)")


class Claim:
    """The claim of one run on one job."""

    def __init__(self, job: str, run_id: str) -> None:
        self._job = job
        self._run_id = run_id
        self._path = node_local() / f"job-{job}.lock"
        self._lock: int | None = None

    def take(self) -> str | None:
        """Take hold of the job; return the run that has it already.

        Raises:
            LaunchError: the controller does not say which steps run in it.
        """
        lock = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(lock, 200).decode()
            os.close(lock)
            return holder or "another"
        self._lock = lock
        os.ftruncate(lock, 0)
        os.write(lock, self._run_id.encode())
        for name in steps.running(self._job):
            match = _OUR_STEP.fullmatch(name)
            if match and match["run"] != self._run_id:
                return match["run"]
        return None

    def release(self) -> None:
        """Let go of the job."""
        if self._lock is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None
