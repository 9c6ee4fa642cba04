# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How others deal with a supervisor: start one, know whether it lives, stop it, clean after it."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_dynamo.errors import LaunchError, StopError
from pytest_dynamo.supervisor import cleanliness, steps
from pytest_dynamo.supervisor.identity import Identity
from pytest_dynamo.supervisor.rundir import (
    REGISTER,
    SUPERVISOR,
    RunDir,
    forget,
    node_local,
    read_json,
    read_lines,
    write_json,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Orphan:
    """A run whose supervisor died before it could take the deployment down."""

    run_id: str
    run_dir: str
    removed: tuple[str, ...]
    left: tuple[str, ...]

    def __str__(self) -> str:
        """Return one line for the header."""
        what = ", ".join(self.removed[:4]) + (" ..." if self.removed[4:] else "")
        text = f"run {self.run_id} ({self.run_dir}) had lost its supervisor; "
        removed = f"removed {len(self.removed)} leftover(s): {what}"
        text += removed if self.removed else "nothing was left"
        return text + (f"; still there: {', '.join(self.left)}" if self.left else "")


def start(run: RunDir, secrets: Mapping[str, str]) -> Identity:
    """Start the supervisor of a run in a session of its own; return who it is.

    ``secrets`` are the variables that the written plan hides; they travel in its environment.

    Raises:
        LaunchError: it ended at once.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    # Not subprocess: this child outlives its parent on purpose, and nobody here waits for it.
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "pytest_dynamo.supervisor", str(run.path)],
        {**_environment(os.environ), **secrets},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(run.supervisor_log), flags, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )
    identity = Identity.of(pid)
    if identity is None:
        raise LaunchError(
            "the supervisor ended at once", where=str(run.path), evidence=said(run)
        )
    write_json(run.path / SUPERVISOR, identity.to_dict())
    settings = read_json(run.run) or {}
    write_json(Path(settings["node_local"]) / SUPERVISOR, identity.to_dict())
    return identity


def supervisor_of(run: RunDir) -> Identity | None:
    """Return the supervisor of a run if one was started."""
    data = read_json(run.path / SUPERVISOR)
    return Identity.from_dict(data) if data else None


def said(run: RunDir) -> str | None:
    """Return the last lines of the supervisor's own log, None when it said nothing."""
    try:
        lines = run.supervisor_log.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return None
    return "\n".join(lines[-15:]) or None


def stop(run: RunDir, timeout_s: float = 120) -> str:
    """Ask the supervisor of a run to take the deployment down, and wait until it has.

    Raises:
        StopError: there is none any more and something is left, or it did not end in time.
    """
    supervisor = supervisor_of(run)
    if supervisor is None:
        raise StopError("no supervisor was started for this run", where=str(run.path))
    supervisor.signal(signal.SIGTERM)
    wait_gone(run, timeout_s)
    teardown = read_json(run.teardown)
    if teardown is None:
        settings = read_json(run.run) or {}
        orphan = _clean(Path(str(settings["node_local"])), settings)
        return str(orphan)
    left = teardown["leftover"]
    if left:
        raise StopError(
            "; ".join(item["what"] for item in left),
            where=str(run.path),
            remedy=left[0]["remedy"],
        )
    return f"{run.path}: stopped in {teardown['seconds']} s, nothing left"


def wait_gone(run: RunDir, timeout_s: float) -> None:
    """Wait until the supervisor of a run has ended.

    Raises:
        StopError: it did not within ``timeout_s`` seconds.
    """
    supervisor = supervisor_of(run)
    deadline = time.monotonic() + timeout_s
    while supervisor and supervisor.alive:
        if time.monotonic() > deadline:
            raise StopError(
                f"the supervisor (process {supervisor.pid}) did not end within {timeout_s:g} s",
                where=str(run.path),
                evidence=said(run),
                remedy=f"kill -TERM {supervisor.pid}, and read {run.events}",
            )
        time.sleep(0.02)


def clean_orphans() -> list[Orphan]:
    """Find the runs of this user on this node whose supervisor is gone, and clean after them.

    Only what carries the identity of such a run is touched.
    """
    orphans = []
    for place in sorted(node_local().iterdir()):
        if not place.is_dir():
            continue
        register = read_json(place / REGISTER)
        if register is None:
            continue
        data = read_json(place / SUPERVISOR)
        owner = Identity.from_dict(data or register["controller"])
        if owner.alive:
            continue
        orphan = _clean(place, register)
        if data:
            orphans.append(orphan)
    return orphans


def _clean(place: Path, register: Mapping[str, object]) -> Orphan:
    run_id, run_dir = str(register["run_id"]), str(register["run_dir"])
    records = list(read_lines(Path(run_dir) / "processes.jsonl"))
    problems: tuple[str, ...] = ()
    removed: list[str] = []
    try:
        removed += [f"step {step}" for step in steps.cancel_recorded(records)]
    except LaunchError as error:
        problems = (error.what,)
    for record in records:
        identity = Identity.from_dict(record) if "start" in record else None
        if identity and identity.signal(signal.SIGKILL):
            removed.append(f"process {identity.pid} ({record['name']})")
    more, left = cleanliness.sweep(run_id)
    still = (*problems, *(item.what for item in left))
    if not still:
        forget(place, whole=True)
    return Orphan(run_id, run_dir, (*removed, *more), still)


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for the supervisor: what the user has, without pytest's own."""
    return {key: value for key, value in environ.items() if key != "PYTEST_CURRENT_TEST"}
