# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Every lie of the catalogue is caught by exactly the tests that it names.

For each lie, a pytest of its own, forked from a process that has all modules, runs the suites
against a real frontend behind the proxy. To be done in time, it runs the files of the tests that
have to fail, and all files for every tenth lie and for no lie at all; with FAULTS_FULL=1 it is all
files for every lie. The tests that ask two dozen questions at once take their part only where a lie
names them, and in the run without one; exclusive tests, which kill what they judge, where a lie
names them, with FAULTS_FULL=1 all of them.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import select
import shutil
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from faults.catalogue import catalogue
from faults.fault import Fault
from faults.proxy import Lie, serving
from running import needs_dynamo

import pytest_dynamo
from pytest_dynamo.client.openai import Client
from pytest_dynamo.supervisor import control
from pytest_dynamo.supervisor.rundir import RunDir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

pytestmark = needs_dynamo

FAULTS = catalogue()
HERE = Path(__file__).parent
SUITES = Path(pytest_dynamo.__file__).parent.parent / "suites"
FULL = bool(os.environ.get("FAULTS_FULL"))
AT_ONCE = "at_once"
#: What the official client is asked has lies of its own: session/test_attached_runs.py.
OURS = "not official_client"
TRUTHS = tuple(Fault(f"no lie, {on}", Lie(), on=on) for on in ("even", "kv"))
#: Runs side by side, each with deployments of its own: what one counts, no other disturbs.
LANES = 2
TIMEOUT_S = 120
NOT_EXCLUSIVE = "dynamo and not dynamo_exclusive"
#: What holds a deployment: it is stopped when nobody can write to its standard input any more.
UP = "the deployment is up"
HOLDS = f"""import sys
def test_up(deployment):
    print("{UP}", flush=True)
    sys.stdin.read()
"""
#: Longest that a request whose client is gone may stay in flight.
QUIET_S = 30
IN_FLIGHT = re.compile(r"^dynamo_frontend_(?:active|inflight)_requests\{.*\} (\S+)$", re.MULTILINE)


def failed(outcomes: Mapping[str, str]) -> set[str]:
    """Return the tests that failed."""
    return {test for test, outcome in outcomes.items() if outcome == "failed"}


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
    """The deployments that one run at a time is made against, and the process that judges.

    Both end when their standard input does: also when this process is killed.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._up: dict[str, tuple[str, subprocess.Popen[bytes]]] = {}
        self._judge: subprocess.Popen[bytes] | None = None
        place.mkdir()

    def url(self, on: str) -> str:
        """Return where the deployment of that name serves; the first to ask brings it up."""
        if on not in self._up:
            test = self._place / "test_up.py"
            test.write_text(HOLDS)
            words = (f"--dynamo-run-dir={self.run(on)}", "-s", "-p", "no:cacheprovider", str(test))
            holder = self._start("-m", "pytest", *self._arguments(on, *words))
            said = ""
            while UP not in said:
                line = self._line(holder)
                assert line, said
                said += line
            plan = json.loads((self.run(on) / "plan.json").read_text())
            self._up[on] = (plan["base_url"], holder)
        return self._up[on][0]

    def run(self, on: str) -> Path:
        return self._place / on

    def judge(self, fault: Fault, number: int) -> dict[str, str]:
        """Return the outcome of every test that was run against the lie."""
        named = {test.partition(":")[0] for test in fault.fails}
        files = [SUITES / f"test_{name}.py" for name in sorted(named)]
        if FULL or (number % 10 == 0 and not fault.exclusive) or not files:
            files = [SUITES]
        told = any(AT_ONCE in test for test in fault.fails) or not fault.fails
        # whatever changes an answer differs from the peer's: that is asked where a lie names it
        asks = any("an_aggregated_worker" in test for test in fault.fails) or not fault.fails
        peer = [f"--dynamo-peer={self.url(fault.on)}"] if asks else []
        which = OURS if told else f"{OURS} and not {AT_ONCE}"
        if fault.exclusive and not FULL:
            which = " or ".join(test.partition(": ")[2] for test in fault.fails)
        outcomes = self._place / f"{number}.json"
        self.url(fault.on)
        run = self.run(fault.on)
        if fault.record:
            data = shutil.ignore_patterns("etcd", "nats", "discovery", ".*")
            run = shutil.copytree(run, self._place / f"record {number}", ignore=data)
            fault.record(run)
        with serving(self.url(fault.on), fault.lie) as url:
            said = self._judged(
                self._arguments(
                    fault.on,
                    "-p", "faults.attach",
                    "-m", "dynamo_exclusive" if fault.exclusive else NOT_EXCLUSIVE,
                    "-k", which,
                    *peer,
                    *fault.words,
                    f"--dynamo-run-dir={self._place / str(number)}",
                    *map(str, files),
                ),
                {"FAULTS_URL": url, "FAULTS_RUN": str(run), "FAULTS_OUTCOMES": str(outcomes)},
            )  # fmt: skip
        assert outcomes.exists(), said
        quiet(self.url(fault.on))
        found: dict[str, str] = json.loads(outcomes.read_text())
        return found

    def _judged(self, arguments: list[str], environment: Mapping[str, str]) -> str:
        """Have the process that judges run pytest once; return what that said."""
        if self._judge is None:
            self._judge = self._start("-m", "faults.judge")
        log = self._place / "judge.log"
        run = {"arguments": arguments, "environment": environment, "log": str(log)}
        assert self._judge.stdin is not None
        self._judge.stdin.write(f"{json.dumps(run)}\n".encode())
        status = self._line(self._judge)
        return f"exit status {status or 'none'}\n{log.read_text()}"

    def _line(self, process: subprocess.Popen[bytes]) -> str:
        """Return the next line that a process says; nothing when it has ended."""
        assert process.stdout is not None
        ready = select.select([process.stdout], [], [], TIMEOUT_S)[0]
        assert ready, f"{process.args}: nothing said in {TIMEOUT_S} s"
        return process.stdout.readline().decode()

    def _arguments(self, on: str, *words: str) -> list[str]:
        return [
            "-q", "-p", "pytest_dynamo.plugin", "-p", "no:cacheprovider", "-c", os.devnull,
            f"--rootdir={SUITES.parent}", f"--topology={HERE / f'faults_{on}.yaml'}", *words,
        ]  # fmt: skip

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PYTEST_", "SLURM_", "FAULTS_"))
        }
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=self._place,
            env={**environment, "PYTHONPATH": str(HERE.parent)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
        )

    def let_go(self) -> None:
        """Have what judges end, and all deployments."""
        for process in self._processes():
            assert process.stdin is not None
            process.stdin.close()

    def close(self) -> None:
        """Wait until they have ended, and all that was up has left nothing.

        The verdict of a deployment may be that it was lost: once etcd has been killed a frontend
        whose lease it does not know any more ends by itself, 10 s later.
        """
        said = {process.pid: self._last_words(process) for process in self._processes()}
        for on, (_, holder) in self._up.items():
            taken_down = json.loads((self.run(on) / "teardown.json").read_text())
            assert taken_down["leftover"] == [], said[holder.pid]
        assert self._judge is None or self._judge.returncode == 0, said[self._judge.pid]

    @staticmethod
    def _last_words(process: subprocess.Popen[bytes]) -> str:
        with process, process.stdout or contextlib.nullcontext() as output:
            said = output.read().decode() if output else ""
            process.wait(TIMEOUT_S)
            return said

    def _processes(self) -> list[subprocess.Popen[bytes]]:
        holders = [holder for _, holder in self._up.values()]
        return [*holders, self._judge] if self._judge else holders


@pytest.fixture(scope="module")
def judged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Fault], dict[str, str]]]:
    """Judge all lies that the tests ask for, side by side."""
    place = tmp_path_factory.mktemp("faults")
    lanes = [Lane(place / str(number)) for number in range(LANES + 1)]
    free: dict[bool, queue.SimpleQueue[Lane]] = {
        False: queue.SimpleQueue(), True: queue.SimpleQueue()
    }  # fmt: skip
    # what waits for leases to lapse has a lane of its own, and costs the others no time
    for lane in lanes:
        free[lane is lanes[LANES]].put(lane)

    def judge(fault: Fault, number: int) -> dict[str, str]:
        lane = free[fault.exclusive].get()
        try:
            return lane.judge(fault, number)
        finally:
            free[fault.exclusive].put(lane)

    numbers = {fault.name: number for number, fault in enumerate((*TRUTHS, *FAULTS))}
    wanted = [
        fault
        for item in request.session.items
        if isinstance(
            fault := getattr(getattr(item, "callspec", None), "params", {}).get("fault"), Fault
        )
    ]
    with ThreadPoolExecutor(LANES) as several, ThreadPoolExecutor(1) as one:
        futures: dict[str, Future[dict[str, str]]] = {
            fault.name: (one if fault.exclusive else several).submit(
                judge, fault, numbers[fault.name]
            )
            for fault in wanted
        }
        yield lambda fault: futures[fault.name].result()
        for future in futures.values():
            future.cancel()
    for lane in lanes:
        lane.let_go()
    for lane in lanes:
        lane.close()


@pytest.mark.parametrize("fault", TRUTHS, ids=lambda fault: fault.name)
def test_a_deployment_that_does_not_lie_passes(
    fault: Fault, judged: Callable[[Fault], dict[str, str]]
) -> None:
    outcomes = judged(fault)

    assert failed(outcomes) == set()
    assert Counter(outcomes.values())["passed"] > 70


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_lie_is_caught_by_exactly_the_tests_it_names(
    fault: Fault, judged: Callable[[Fault], dict[str, str]]
) -> None:
    if fault.needs and not shutil.which(fault.needs):
        pytest.skip(f"needs {fault.needs}: tests/install-debian-packages")
    outcomes = judged(fault)

    assert failed(outcomes) == fault.fails
    assert fault.fails


def test_nothing_stays_up_when_these_tests_are_killed(tmp_path: Path) -> None:
    brings_up = (
        "import sys; from pathlib import Path; from faults.test_faults import Lane\n"
        "lane = Lane(Path(sys.argv[1])); lane.url('even'); print('up', flush=True)\n"
        "sys.stdin.read()"
    )
    place = tmp_path / "lane"
    with subprocess.Popen(
        [sys.executable, "-c", brings_up, str(place)],
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as tests:
        assert tests.stdout is not None
        assert tests.stdout.readline() == b"up\n"
        run = RunDir(place / "even")
        supervisor = control.supervisor_of(run)
        assert supervisor is not None
        tests.kill()
    deadline = time.monotonic() + TIMEOUT_S
    while supervisor.alive:
        assert time.monotonic() < deadline, run.state()
        time.sleep(0.05)

    assert run.state()["state"] == "stopped"


def test_lies_have_names_of_their_own_and_name_tests_that_exist() -> None:
    names = Counter(fault.name for fault in FAULTS)
    tests = {
        f"{path.stem.removeprefix('test_')}: {line[9:].partition('(')[0]}"
        for path in SUITES.glob("test_*.py")
        for line in path.read_text().splitlines()
        if line.startswith("def test_")
    }

    assert [name for name, count in names.items() if count > 1] == []
    assert {test for fault in FAULTS for test in fault.fails} <= tests


def test_there_is_a_lie_for_every_live_test() -> None:
    """What only GPUs or a real engine can show is told of ranks that pass for one."""
    caught = {test for fault in FAULTS for test in fault.fails}
    tests = {
        f"{path.stem.removeprefix('test_')}: {line[9:].partition('(')[0]}"
        for path in SUITES.glob("test_*.py")
        # benchmarks/mutations.py has those of the rules
        if path.stem not in ("test_rules", "test_openai_client")
        for line in path.read_text().splitlines()
        if line.startswith("def test_")
    }

    assert tests - caught == set()
