# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A pytest of its own, as a person starts it, and the proof that it left nothing behind."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_dynamo.supervisor.identity import Identity, labelled, start_of

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

needs_dynamo = pytest.mark.skipif(
    importlib.util.find_spec("dynamo") is None,
    reason="needs the real Dynamo frontend: pip install 'pytest-dynamo[dynamo]'",
)

#: A pytest with our plugin and xdist's; those of Hypothesis, anyio and the mocker are two fifths of
#: what it takes to start. As a person has them all, tests/test_packaging.py starts it.
PYTEST = (
    sys.executable, "-m", "pytest", "--disable-plugin-autoload",
    "-p", "pytest_dynamo.plugin", "-p", "xdist.plugin",
)  # fmt: skip


@dataclass
class Run:
    """One pytest process and the run that it made."""

    process: subprocess.Popen[str]
    directory: Path
    temporary: Path
    output: Path

    def wait(self, timeout_s: float = 90) -> int:
        return self.process.wait(timeout_s)

    @property
    def text(self) -> str:
        return self.output.read_text(errors="replace")

    def json(self, name: str) -> dict[str, Any]:
        path = self.directory / name
        return json.loads(path.read_text()) if path.exists() else {}

    def events(self, kind: str | None = None) -> list[dict[str, Any]]:
        path = self.directory / "events.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        found = [json.loads(line) for line in lines if line.endswith("}")]
        return [event for event in found if kind in (None, event["kind"])]

    def logs(self) -> str:
        return "".join(path.read_text() for path in (self.directory / "logs").glob("*.log"))

    def until(self, what: str, condition: Callable[[], object], timeout_s: float = 60) -> None:
        """Wait for a condition as long as pytest lives."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            if self.process.poll() is not None:
                status = self.process.returncode
                pytest.fail(f"pytest ended with {status} before {what}\n{self.text}")
            if time.monotonic() > deadline:
                pytest.fail(f"{what}: not within {timeout_s} s\n{self.text}")
            time.sleep(0.01)

    @property
    def supervisor(self) -> Identity | None:
        data = self.json("supervisor.json")
        return Identity.from_dict(data) if data else None

    def processes(self) -> list[Identity]:
        """Return everything of this run that lives: ranks, services, the supervisor."""
        run_id = self.json("run.json").get("run_id")
        alive = labelled(run_id) if run_id else []
        if self.supervisor and self.supervisor.alive:
            alive.append(self.supervisor)
        return alive

    def nothing_left(self, timeout_s: float = 30) -> None:
        """Fail unless everything of this run is gone within the time."""
        deadline = time.monotonic() + timeout_s
        while alive := self.processes():
            assert time.monotonic() < deadline, f"still there: {alive}\n{self.text}"
            time.sleep(0.02)
        run_id = self.json("run.json").get("run_id", "no run was made")
        assert [path for path in Path("/dev/shm").iterdir() if run_id in path.name] == []
        # without a supervisor nobody is left to tidy up: the next run does
        while self.supervisor and (left := list(self.temporary.glob("pytest-dynamo-*/*"))):
            assert time.monotonic() < deadline, f"locks left: {left}"
            time.sleep(0.02)
        # what never began holds no port, and another run may have been given the same by now
        began = {event["process"] for event in self.events("spawned")}
        ports = [
            port["number"]
            for process in self.json("plan.json").get("processes", ())
            for port in process["ports"]
            if process["name"] in began
        ]
        assert [port for port in ports if listens(port)] == []


def listens(port: int) -> bool:
    """Return whether something on this host listens on a TCP port."""
    wanted = f":{port:04X}"
    listening = "0A"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(
        fields[1].endswith(wanted) and fields[3] == listening
        for fields in (line.split() for line in lines)
    )


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started and that still live."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split() if start_of(int(child)) is not None]
