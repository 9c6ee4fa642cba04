# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The run directory: the one place where a run is written down, and the node-local one beside it.

    run.json          who runs it, from where, and how it is to end
    topology.yaml     the topology with every override applied
    findings.json     what the checks without a cluster found
    known_issues.json what the project knows of log lines, besides what ships
    plan.json plan.sh the launch plan
    lock.json         what it was asked for and with what, for comparison with another run
    nodes.json        where it ran: the job, Slurm, and what is installed on each node
    server.json       what a server showed that was attached to
    processes.jsonl   the identity of every process started
    logs/             what each process said
    events.jsonl      what happened, in order, from the supervisor alone
    deployment.json   the state now: starting, ready, failed, lost, stopped
    teardown.json     how it ended, and what was left behind
    report.json       the verdict

Files are replaced atomically and each has one writer; a reader never sees half of one.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import stat
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_dynamo.errors import LaunchError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The file in the node-local directory of a run that says where the run is.
REGISTER = "run.json"
#: The identity of the supervisor, there and in the run directory.
SUPERVISOR = "supervisor.json"
#: The states that are final.
FINAL = frozenset({"failed", "lost", "stopped"})


@dataclass(frozen=True, slots=True)
class RunDir:
    """Names and access for the files of one run."""

    path: Path

    @classmethod
    def create(cls, path: Path) -> RunDir:
        """Make a fresh run directory, readable by its owner alone.

        Raises:
            LaunchError: it cannot be written, or holds a run already.
        """
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            run = cls(path.resolve())
            if run.run.exists():
                raise LaunchError(
                    "holds a run already",
                    where=str(path),
                    remedy="give each run its own directory, or judge that one with "
                    f"--dynamo-replay={path}",
                )
            path.chmod(0o700)
            run.logs.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise LaunchError(
                f"the run directory cannot be written: {error.strerror}",
                where=str(path),
                remedy="name another with --dynamo-run-dir",
            ) from error
        return run

    @property
    def run(self) -> Path:
        """Who runs it."""
        return self.path / "run.json"

    @property
    def topology(self) -> Path:
        """The topology with its overrides."""
        return self.path / "topology.yaml"

    @property
    def findings(self) -> Path:
        """What the checks found."""
        return self.path / "findings.json"

    @property
    def known_issues(self) -> Path:
        """What the project knows of log lines."""
        return self.path / "known_issues.json"

    @property
    def plan(self) -> Path:
        """The launch plan."""
        return self.path / "plan.json"

    @property
    def server(self) -> Path:
        """What was found at the URL of a run that attached to a server."""
        return self.path / "server.json"

    @property
    def script(self) -> Path:
        """The launch plan to paste."""
        return self.path / "plan.sh"

    @property
    def lock(self) -> Path:
        """What it was asked for, and with what."""
        return self.path / "lock.json"

    @property
    def nodes(self) -> Path:
        """Where it ran."""
        return self.path / "nodes.json"

    @property
    def processes(self) -> Path:
        """The identity of every process."""
        return self.path / "processes.jsonl"

    @property
    def logs(self) -> Path:
        """What each process said."""
        return self.path / "logs"

    @property
    def events(self) -> Path:
        """What happened."""
        return self.path / "events.jsonl"

    @property
    def deployment(self) -> Path:
        """The state now."""
        return self.path / "deployment.json"

    @property
    def teardown(self) -> Path:
        """How it ended."""
        return self.path / "teardown.json"

    @property
    def report(self) -> Path:
        """The verdict."""
        return self.path / "report.json"

    @property
    def supervisor_log(self) -> Path:
        """What the supervisor itself has to say, when it has."""
        return self.path / "supervisor.log"

    def state(self) -> dict[str, Any]:  # Any: a JSON object
        """Return ``deployment.json``; ``{"state": "absent"}`` before there is one."""
        return read_json(self.deployment) or {"state": "absent"}


def write_json(path: Path, data: object) -> None:
    """Replace a file by the JSON of ``data``, atomically."""
    write_text(path, json.dumps(data, indent=1, sort_keys=True) + "\n")


def write_text(path: Path, text: str) -> None:
    """Replace a file by ``text``, atomically."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def read_json(path: Path) -> dict[str, Any] | None:  # Any: a JSON object
    """Return the JSON object in a file, None if there is no such file."""
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return data


def read_lines(path: Path) -> Iterator[dict[str, Any]]:  # Any: JSON objects
    """Yield the records of a ``.jsonl`` file; a last line still being written is left out."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    for line in text.splitlines(keepends=True):
        if line.endswith("\n"):
            yield json.loads(line)


class Appender:
    """Appends records to a ``.jsonl`` file, each whole and visible at once."""

    def __init__(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._file = os.open(path, flags, 0o600)
        #: Why a record could not be written, for want of space; empty while all could.
        self.refused = ""

    def append(self, record: dict[str, Any]) -> None:  # Any: a JSON object
        """Write one record; a disk that is full is noted, since the writer has more to do."""
        try:
            os.write(self._file, (json.dumps(record) + "\n").encode())
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            self.refused = os.strerror(error.errno)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def of_this_node() -> Path:
    """Return the path of this user's directory on this node, which need not be there.

    Nodes and containers may share their TMPDIR. Whether a process of another one lives can only be
    told there, so each has a directory of its own: by its name and its numbering of processes.
    """
    numbering = Path("/proc/self/ns/pid").stat().st_ino
    node = zlib.crc32(f"{socket.gethostname()} {numbering}".encode())
    # sockets lie below it, whose paths have room for no host's name
    return Path(tempfile.gettempdir()) / f"pytest-dynamo-{os.getuid()}-{node:08x}"


def node_local(run_id: str | None = None) -> Path:
    """Return this user's directory on this node for locks and the register of runs.

    Locks must not lie on a parallel file system, where they may not hold.

    Raises:
        LaunchError: someone else made a directory of that name.
    """
    base = of_this_node()
    base.mkdir(mode=0o700, exist_ok=True)
    info = base.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.getuid():
        raise LaunchError(
            "this user's node-local directory belongs to someone else",
            where=str(base),
            remedy="set TMPDIR to a directory of your own",
        )
    if run_id is None:
        return base
    path = base / run_id
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def forget(place: Path, *, whole: bool) -> None:
    """Take a finished run out of this node's register; ``whole`` removes its locks as well.

    The locks stay while a controller may still use them.
    """
    names = [item.name for item in place.iterdir()] if place.is_dir() else []
    for name in names:
        if whole or name in (REGISTER, SUPERVISOR):
            (place / name).unlink(missing_ok=True)
    if whole and place.is_dir():
        place.rmdir()
