# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which process is ours: by number and start time, or by a label it carries - never by name."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Every process of a run carries this variable with the run's id.
LABEL = "PYTEST_DYNAMO_RUN"


@dataclass(frozen=True, slots=True)
class Identity:
    """One process for its whole life: a number is reused, a number with its start time is not.

    ``start`` is in clock ticks since boot (field 22 of ``/proc/PID/stat``), ``boot`` the kernel's
    boot id, without which the ticks mean nothing.
    """

    pid: int
    start: int
    boot: str

    @classmethod
    def of(cls, pid: int) -> Identity | None:
        """Return the identity of a process that lives now, None if there is none."""
        start = start_of(pid)
        return None if start is None else cls(pid, start, boot_id())

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Identity:  # Any: a JSON object
        """Return the identity that was written as ``{"pid":, "start":, "boot":}``."""
        return cls(int(data["pid"]), int(data["start"]), str(data["boot"]))

    def to_dict(self) -> dict[str, Any]:  # Any: a JSON object
        """Return what ``from_dict`` reads."""
        return {"pid": self.pid, "start": self.start, "boot": self.boot}

    @property
    def alive(self) -> bool:
        """Whether this very process still runs; a zombie does not."""
        return start_of(self.pid) == self.start and boot_id() == self.boot

    def signal(self, number: signal.Signals) -> bool:
        """Send a signal to this very process; return whether it was there to take it."""
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return False
        try:
            if not self.alive:  # the handle pins the number, so this cannot change any more
                return False
            signal.pidfd_send_signal(handle, number)
        except ProcessLookupError:
            return False
        finally:
            os.close(handle)
        return True


def start_of(pid: int) -> int | None:
    """Return the start time of a process in ticks since boot, None if it is gone or a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (OSError, UnicodeDecodeError):
        return None
    # the name, in parentheses, may hold blanks and parentheses itself
    fields = stat[stat.rindex(")") + 2 :].split()
    return None if fields[0] in "ZX" else int(fields[19])


def boot_id() -> str:
    """Return the kernel's id of this boot."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def labelled(run_id: str) -> list[Identity]:
    """Return every process of this user, on this host, that carries the label of a run."""
    wanted = f"{LABEL}={run_id}".encode()
    found = []
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        # gone meanwhile, or another user's: not ours to see
        with suppress(OSError):
            environ = Path(f"/proc/{entry.name}/environ").read_bytes()
            if wanted in environ.split(b"\0") and (identity := Identity.of(int(entry.name))):
                found.append(identity)
    return found
