# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How long after a failure its cause stands in the terminal, for many failures.

``python benchmarks/detection.py [COUNT]`` runs a pytest for each failure on the embedded default,
on a terminal of its own, and measures from the end of the process that fails - the kernel says when
- to the line that names it. The floors are 1 s for the median and 3 s for the worst.
"""

from __future__ import annotations

import json
import os
import pty
import selectors
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MEDIAN_S, WORST_S = 1.0, 3.0
TESTS = """
def test_stream(deployment):
    with deployment.client.open_stream("go", max_tokens=100000, deadline_s=60) as stream:
        next(iter(stream))
        open("streaming", "w").close()
        for chunk in stream:
            pass
def test_next(deployment): pass
"""


@dataclass(frozen=True)
class Failure:
    """One way to fail: a fault that a stand-in is asked for, or a signal at a moment.

    ``process`` is whose end it is, None for whichever ends first; ``named`` is what the line says.
    """

    process: str | None
    named: str
    fault: str | None = None
    number: signal.Signals | None = None
    moment: str = ""

    def __str__(self) -> str:
        """Return what is done."""
        how = self.number.name if self.number else ""
        return self.fault or f"{self.process} {how} {self.moment}"


def rank(worker: str, number: int, when: str, act: str) -> Failure:
    """Return a fault of one rank."""
    fault = f"{worker}:{number}@{when}:{act}"
    return Failure(f"{worker}.{number}", f"rank {number} of {worker}", fault)


def struck(process: str, number: signal.Signals, moment: str) -> Failure:
    """Return the end of a process by a signal, while it loads or streams."""
    worker, _, index = process.partition(".")
    named = f"rank {index} of {worker}" if index else f"{process} on"
    return Failure(process, named, None, number, moment)


FAILURES = (
    rank("decode0", 1, "start", "kill"),
    rank("prefill0", 1, "start", "exit1"),
    rank("decode0", 0, "start", "exit0"),
    rank("prefill0", 1, "load=0.1", "kill"),
    rank("decode0", 1, "load=0.5", "kill"),
    rank("decode0", 1, "load=0.5", "oom"),
    rank("prefill0", 0, "load=0.5", "oom"),
    rank("decode0", 0, "load=0.5", "heads"),
    Failure(None, "of prefill0", "prefill0:*@load=0.3:heads"),
    rank("decode0", 1, "load=0.8", "exception"),
    rank("decode0", 0, "load=0.8", "exception"),
    rank("prefill0", 0, "load=0.8", "exit1"),
    rank("decode0", 0, "loaded", "exit1"),
    rank("decode0", 1, "loaded", "exit0"),
    rank("prefill0", 0, "loaded", "exit0"),
    rank("decode0", 0, "serving=2", "kill"),
    rank("decode0", 0, "serving=3", "exit0"),
    rank("decode0", 1, "serving=3", "kill"),
    rank("decode0", 1, "serving=3", "oom"),
    struck("frontend", signal.SIGKILL, "load"),
    struck("etcd", signal.SIGKILL, "load"),
    struck("decode0.0", signal.SIGKILL, "load"),
    struck("prefill0.1", signal.SIGTERM, "load"),
    struck("frontend", signal.SIGKILL, "streaming"),
    struck("decode0.1", signal.SIGTERM, "streaming"),
    struck("etcd", signal.SIGKILL, "streaming"),
    struck("decode0.0", signal.SIGKILL, "streaming"),
    struck("decode0.1", signal.SIGKILL, "streaming"),
    struck("prefill0.0", signal.SIGKILL, "streaming"),
    struck("prefill0.1", signal.SIGSEGV, "streaming"),
)


class Run:
    """One pytest on a terminal of its own."""

    def __init__(self, place: Path, failure: Failure) -> None:
        self.place, self.failure = place, failure
        (place / "test_it.py").write_text(TESTS, encoding="utf-8")
        (place / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n")
        command = [
            sys.executable, "-m", "pytest", "-p", "pytest_dynamo.plugin", "--topology=local_disagg",
            "--dynamo-set=local.load_seconds=1", "--dynamo-run-dir=run", "test_it.py",
        ]  # fmt: skip
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        if failure.fault:
            environment["STANDIN_FAULT"] = failure.fault
        self.terminal, theirs = pty.openpty()
        self.process = subprocess.Popen(
            command, cwd=place, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.terminal, selectors.EVENT_READ, None)
        self.pids: dict[str, int] = {}
        self.ended_at: float | None = None
        self.named_at: float | None = None
        self.text = ""
        self._done = False
        self._struck = False
        self._offset = 0

    def measure(self, limit_s: float = 60) -> float:
        """Return the seconds from the end of the process to the line that names it."""
        deadline = time.monotonic() + limit_s
        while self.process.poll() is None or self.named_at is None:
            assert time.monotonic() < deadline, f"{self.failure}: no line in time\n{self.text}"
            for key, _ in self.selector.select(0.01):
                if key.data is None:
                    self._read()
                else:
                    self.ended_at = self.ended_at or time.monotonic()
                    self.selector.unregister(key.fd)
                    os.close(key.fd)
            self._follow()
            if self._done:
                break
        self.process.wait(30)
        os.close(self.terminal)
        assert self.named_at, f"{self.failure}: not named\n{self.text}"
        assert self.ended_at, f"{self.failure}: nothing ended\n{self.text}"
        return self.named_at - self.ended_at

    def _read(self) -> None:
        try:
            data = os.read(self.terminal, 65536)
        except OSError:  # nobody writes to it any more
            data = b""
        self._done = not data
        if self._done:
            self.selector.unregister(self.terminal)
        self.text += data.decode("utf-8", "replace")
        for line in self.text.splitlines():
            found = self.failure.named in line and ("failed: " in line or "lost: " in line)
            if found and self.named_at is None:
                self.named_at = time.monotonic()

    def _follow(self) -> None:
        """Learn of new processes, watch for the end of ours, and strike at the moment."""
        try:
            with (self.place / "run" / "events.jsonl").open("rb") as file:
                file.seek(self._offset)
                whole, newline, _ = file.read().rpartition(b"\n")
        except FileNotFoundError:
            return
        self._offset += len(whole) + len(newline)
        moments = {"streaming"} if (self.place / "streaming").exists() else set()
        for line in whole.splitlines():
            event = json.loads(line)
            if event["kind"] == "spawned":
                self.pids[event["process"]] = event["pid"]
                wanted = self.failure.process
                if event["process"] == wanted or (not wanted and "prefill0" in event["process"]):
                    self._watch(event["pid"])
            elif event["kind"] == "milestone" and event["step"] == "joined":
                moments.add("load")
        if self.failure.number and not self._struck and self.failure.moment in moments:
            assert self.failure.process is not None
            self._struck = True
            os.kill(self.pids[self.failure.process], self.failure.number)

    def _watch(self, pid: int) -> None:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:  # it ended before we looked: it was only just started
            self.ended_at = self.ended_at or time.monotonic()
            return
        self.selector.register(handle, selectors.EVENT_READ, pid)


def main(count: int) -> None:
    """Measure, print, and fail above a floor."""
    spans = []
    for failure in FAILURES[:: max(1, len(FAILURES) // count)]:
        with tempfile.TemporaryDirectory() as place:
            run = Run(Path(place), failure)
            try:
                spans.append(run.measure())
            finally:
                with suppress(ProcessLookupError):
                    run.process.terminate()
                run.process.wait(30)
        print(f"{failure!s:36} {spans[-1]:6.2f} s", flush=True)
    median, worst = statistics.median(spans), max(spans)
    print(f"{len(spans)} failures: median {median:.2f} s (floor {MEDIAN_S:g} s), ", end="")
    print(f"worst {worst:.2f} s (floor {WORST_S:g} s)")
    assert median <= MEDIAN_S
    assert worst <= WORST_S


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else len(FAILURES))
