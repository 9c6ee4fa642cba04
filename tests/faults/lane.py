# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Deployments that stay up, and a process that judges them: one lie after another.

What holds a deployment and what judges end when their standard input does, also when this process
is killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from faults.proxy import serving

import pytest_dynamo
from pytest_dynamo.client.openai import Client

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faults.fault import Fault

HERE = Path(__file__).parent
SUITES = Path(pytest_dynamo.__file__).parent.parent / "suites"
#: Longest that a deployment takes to come up, and that one lie is judged.
TIMEOUT_S = 240
#: Longest that a request whose client is gone may stay in flight.
QUIET_S = 30
IN_FLIGHT = re.compile(r"^dynamo_frontend_(?:active|inflight)_requests\{.*\} (\S+)$", re.MULTILINE)
#: What answers at a URL is no engine here either.
REHEARSAL = "--dynamo-set=rehearsal=true"
UP = "the deployment is up"
HOLDS = f"""import sys
def test_up(deployment):
    print("{UP}", flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True)
class Judged:
    """The outcome of every test that was run against a lie, and the words of that pytest."""

    outcomes: Mapping[str, str]
    said: str

    @property
    def failed(self) -> set[str]:
        return {test for test, outcome in self.outcomes.items() if outcome == "failed"}


@dataclass(frozen=True)
class Held:
    """A deployment that is up, and the process that it is taken down with."""

    run: Path
    holder: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        found: str = json.loads((self.run / "plan.json").read_text())["base_url"]
        return found

    @property
    def spent(self) -> bool:
        """Whether its etcd was killed.

        A frontend of 1.6.1 may need longer to reconnect its ten watches, one after the other, than
        its lease has left: it ends by itself, 10 s later and in the middle of the next lie.
        """
        events = map(json.loads, (self.run / "events.jsonl").read_text().splitlines())
        return any(event["kind"] == "outage" and event["step"] == "etcd" for event in events)

    def down(self) -> None:
        """Wait until it has ended, and has left nothing; the verdict may be that it was lost."""
        said = last_words(self.holder)
        assert json.loads((self.run / "teardown.json").read_text())["leftover"] == [], said


def let_go(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()


def last_words(process: subprocess.Popen[bytes]) -> str:
    with process, process.stdout or contextlib.nullcontext() as output:
        said = output.read().decode() if output else ""
        process.wait(TIMEOUT_S)
        return said


def quiet(url: str) -> None:
    """Wait until a frontend has nothing in flight: its counters are shared by all lies of a lane.

    What one lie began and left is else counted under a later one.
    """
    deadline = time.monotonic() + QUIET_S
    with Client(url, deadline_s=QUIET_S) as client:
        while under_way := sum(map(float, IN_FLIGHT.findall(client.get("/metrics").text))):
            assert time.monotonic() < deadline, f"{under_way} in flight after {QUIET_S} s"
            time.sleep(0.01)


class Lane:
    """What one run at a time is made against: what it counts, no other disturbs."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._up: dict[str, Held] = {}
        self._judge: subprocess.Popen[bytes] | None = None
        place.mkdir()

    def up(self, on: str) -> Held:
        """Return the deployment of that name; the first to ask brings it up."""
        if on in self._up and self._up[on].spent:
            held = self._up.pop(on)
            let_go(held.holder)
            held.down()
        if on not in self._up:
            run = self._place / on
            while run.exists():
                run = run.with_name(f"{run.name} again")
            test = self._place / "test_up.py"
            test.write_text(HOLDS)
            words = (f"--dynamo-run-dir={run}", "-s", str(test))
            holder = self._start("-m", "pytest", *self._arguments(on, *words))
            said = ""
            while UP not in said:
                line = self._line(holder)
                assert line, said
                said += line
            self._up[on] = Held(run, holder)
        return self._up[on]

    def judge(self, fault: Fault, number: int, *words: str, peer: bool) -> Judged:
        """Run the tests that these arguments of pytest select against a lie.

        With ``peer``, the deployment is to be compared with what it says itself.
        """
        outcomes = self._place / f"{number}.json"
        held = self.up(fault.on)
        run, upstream = held.run, held.url
        if fault.record:
            data = shutil.ignore_patterns("etcd", "nats", "discovery", ".*")
            run = shutil.copytree(run, self._place / f"record {number}", ignore=data)
            fault.record(run)
        with serving(upstream, fault.lie) as url:
            said = self._judged(
                self._arguments(
                    None if fault.attached else fault.on,
                    "-p", "faults.attach",
                    # most of the time of a lie that all tests see went into tracebacks
                    "--tb=line",
                    f"--dynamo-run-dir={self._place / str(number)}",
                    *([f"--dynamo-peer={upstream}"] if peer else []),
                    *((f"--dynamo-url={url}", REHEARSAL) if fault.attached else ()),
                    *fault.words,
                    *words,
                ),
                {
                    "FAULTS_URL": "" if fault.attached else url,
                    "FAULTS_RUN": str(run),
                    "FAULTS_OUTCOMES": str(outcomes),
                },
            )  # fmt: skip
        assert outcomes.exists(), said
        quiet(upstream)
        return Judged(json.loads(outcomes.read_text()), said)

    def _judged(self, arguments: list[str], environment: Mapping[str, str]) -> str:
        """Have the process that judges run pytest once; return what that said."""
        if self._judge is None:
            self._judge = self._start("-m", "faults.judge")
        judge, log = self._judge, self._place / "judge.log"
        run = {"arguments": arguments, "environment": environment, "log": str(log)}
        assert judge.stdin is not None
        judge.stdin.write(f"{json.dumps(run)}\n".encode())
        try:
            status = self._line(judge)
        except TimeoutError as error:
            # what it says at last would be taken for its word about the next lie
            self._judge = None
            let_go(judge)
            last_words(judge)
            raise TimeoutError(f"{error}\n{log.read_text()}") from None
        return f"exit status {status or 'none'}\n{log.read_text()}"

    def _line(self, process: subprocess.Popen[bytes]) -> str:
        """Return the next line that a process says; nothing when it has ended."""
        assert process.stdout is not None
        if not select.select([process.stdout], [], [], TIMEOUT_S)[0]:
            raise TimeoutError(f"{process.args!r}: nothing said in {TIMEOUT_S} s")
        return process.stdout.readline().decode()

    def _arguments(self, on: str | None, *words: str) -> list[str]:
        topology = [f"--topology={HERE / f'faults_{on}.yaml'}"] if on else []
        return [
            "-q", "-p", "pytest_dynamo.plugin", "-p", "no:cacheprovider", "-c", os.devnull,
            f"--rootdir={SUITES.parent}", *topology, *words,
        ]  # fmt: skip

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PYTEST_", "SLURM_", "FAULTS_"))
        }
        path = f"{HERE / 'programs'}{os.pathsep}{environment['PATH']}"
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=self._place,
            env={
                **environment,
                "PATH": path,
                "PYTHONPATH": str(HERE.parent),
                # each run would import those of others anew: hypothesis, xdist, the mocker's
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
        )

    def let_go(self) -> None:
        """Have what judges end, and all deployments."""
        for held in self._up.values():
            let_go(held.holder)
        if self._judge:
            let_go(self._judge)

    def close(self) -> None:
        """Wait until they have ended, and all that was up has left nothing."""
        for held in self._up.values():
            held.down()
        if self._judge:
            said = last_words(self._judge)
            assert self._judge.returncode == 0, said
