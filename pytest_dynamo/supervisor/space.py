# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whether the run directory has room left to write down how the run ends."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.diagnose import Diagnosis

if TYPE_CHECKING:
    from pytest_dynamo.supervisor.rundir import Appender, RunDir

_RESERVE = ".reserve"
_RESERVE_BYTES = 1024 * 1024
#: A run ends while so much is left: logs go on growing until it has ended.
_LEAST_MIB = 8
#: Between two looks; a parallel file system has others to serve too.
_EVERY_S = 2.0


class Space:
    """Keeps a reserve, looks now and then, and gives the reserve up when there is no more room."""

    def __init__(self, run: RunDir, writer: Appender) -> None:
        self._run = run
        self._writer = writer
        self._next = 0.0
        self._reserve = run.path / _RESERVE
        self._reserve.write_bytes(bytes(_RESERVE_BYTES))

    def gone(self, now: float, phase: str) -> Diagnosis | None:
        """Return that the disk is full, None while it is not; then there is the reserve to use."""
        if now < self._next and not self._writer.refused:
            return None
        self._next = now + _EVERY_S
        here = os.statvfs(self._run.path)
        free_mib = here.f_bavail * here.f_frsize // 2**20
        if free_mib >= _LEAST_MIB and not self._writer.refused:
            return None
        self.release()
        what = self._writer.refused or f"{free_mib} MiB are left"
        return Diagnosis(
            phase=phase,
            kind="disk",
            where=str(self._run.path),
            what=f"the disk of the run directory is full: {what}",
            fault="infrastructure",
            remedy=f"free space there (df -h {self._run.path}), or name another directory with "
            "--dynamo-run-dir",
        )

    def release(self) -> None:
        """Give the reserve up."""
        self._reserve.unlink(missing_ok=True)
