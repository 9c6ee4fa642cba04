# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Every lie of the catalogue is caught by exactly the tests that it names.

For each lie, a pytest of its own, forked from a process that has all modules, runs the suites
against a real frontend behind the proxy. To be done in time, it runs the files of the tests that
have to fail, and all files for no lie at all and for a twentieth of them, another with each
commit (``tests/twentieth.py``); with FAULTS_FULL=1 it is all files for every lie. Exclusive tests,
which kill what they judge, run in the same way: those that the lie names, or all.
"""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from faults.catalogue import catalogue
from faults.fault import Fault
from faults.lane import SUITES, TIMEOUT_S, Judged, Lane
from faults.proxy import Lie
from running import needs_dynamo
from twentieth import TWENTIETHS, twentieth

from pytest_dynamo.supervisor import control
from pytest_dynamo.supervisor.rundir import RunDir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = needs_dynamo

FAULTS = catalogue()
FULL = bool(os.environ.get("FAULTS_FULL"))
#: Tests that take their part only where a lie names them, and where none is told: what is asked of
#: all workers at once costs, what asks with another client or compares with a peer sees most lies,
#: and not every frontend with a lease as short as here outlives what kills etcd.
ASKED_FOR = ("at_once", "official_client", "an_aggregated_worker", "service_was_away")
TRUTHS = tuple(Fault(f"no lie, {on}", Lie(), on=on) for on in ("even", "kv"))
#: Runs side by side, each with deployments of its own: what one counts, no other disturbs.
LANES = 2
NOT_EXCLUSIVE = "dynamo and not dynamo_exclusive"


def judge(lane: Lane, fault: Fault, number: int) -> Judged:
    """Tell a lie to the tests that it is about, or to all."""
    left_out = [word for word in ASKED_FOR if fault.fails and not fault.names(word)]
    which = " and ".join(f"not {word}" for word in left_out)
    whole = FULL or number % TWENTIETHS == twentieth() or not fault.fails
    if fault.exclusive and not whole:
        which = " or ".join(test.partition(": ")[2] for test in fault.fails)
    files = [SUITES / f"test_{test.partition(':')[0]}.py" for test in sorted(fault.fails)]
    return lane.judge(
        fault,
        number,
        "-m", "dynamo_exclusive" if fault.exclusive else NOT_EXCLUSIVE,
        "-k", which,
        *dict.fromkeys(map(str, [SUITES] if whole else files)),
        peer="an_aggregated_worker" not in left_out,
    )  # fmt: skip


@pytest.fixture(scope="module")
def judged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Fault], Judged]]:
    """Judge all lies that the tests ask for, side by side."""
    place = tmp_path_factory.mktemp("faults")
    lanes = [Lane(place / str(number)) for number in range(LANES + 1)]
    free: dict[bool, queue.SimpleQueue[Lane]] = {
        False: queue.SimpleQueue(), True: queue.SimpleQueue()
    }  # fmt: skip
    # what waits for leases to lapse has a lane of its own, and costs the others no time
    for lane in lanes:
        free[lane is lanes[LANES]].put(lane)

    def in_a_lane(fault: Fault, number: int) -> Judged:
        lane = free[fault.exclusive].get()
        try:
            return judge(lane, fault, number)
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
        futures: dict[str, Future[Judged]] = {
            fault.name: (one if fault.exclusive else several).submit(
                in_a_lane, fault, numbers[fault.name]
            )
            for fault in wanted
        }
        yield lambda fault: futures[fault.name].result()
        for future in futures.values():
            future.cancel()
        # who interrupts does not wait for the lies that are being judged
        for lane in lanes:
            lane.let_go()
    for lane in lanes:
        lane.close()


@pytest.mark.parametrize("fault", TRUTHS, ids=lambda fault: fault.name)
def test_a_deployment_that_does_not_lie_passes(
    fault: Fault, judged: Callable[[Fault], Judged]
) -> None:
    found = judged(fault)

    assert found.failed == set(), found.said
    assert Counter(found.outcomes.values())["passed"] > 70


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_lie_is_caught_by_exactly_the_tests_it_names(
    fault: Fault, judged: Callable[[Fault], Judged]
) -> None:
    if fault.needs and not (shutil.which(fault.needs) or find_spec(fault.needs)):
        pytest.skip(f"needs {fault.needs}: tests/install-debian-packages, or the extra test")
    found = judged(fault)

    assert found.failed == fault.fails, found.said
    assert fault.fails


def test_nothing_stays_up_when_these_tests_are_killed(tmp_path: Path) -> None:
    brings_up = (
        "import sys; from pathlib import Path; from faults.lane import Lane\n"
        "lane = Lane(Path(sys.argv[1])); lane.up('even'); print('up', flush=True)\n"
        "sys.stdin.read()"
    )
    place = tmp_path / "lane"
    with subprocess.Popen(
        [sys.executable, "-c", brings_up, str(place)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
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
        if path.stem != "test_rules"
        for line in path.read_text().splitlines()
        if line.startswith("def test_")
    }

    assert tests - caught == set()
