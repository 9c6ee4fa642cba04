# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What exclusive tests may do to a deployment, and that it is whole when they are over."""

from __future__ import annotations

import contextlib
import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from running import needs_dynamo

from pytest_dynamo.errors import Lost
from pytest_dynamo.session import sharing
from pytest_dynamo.session.outage import Outage

if TYPE_CHECKING:
    from collections.abc import Callable

    from running import Run

EXCLUSIVE = """
def test_last(outage): pass
def test_first(deployment): pass
def test_before_all(topology): pass
"""

STRIKES = """
import socket, subprocess, sys, time
from pytest_dynamo.errors import Lost
from pytest_dynamo.supervisor.host import accepts
import pytest

def kinds(deployment):
    return [event["kind"] for event in deployment.events]

def test_a_frontend_is_started_again_and_serves(deployment, outage):
    outage.kill("frontend")
    outage.mend()
    assert deployment.client.chat("Hello.").content
    assert kinds(deployment)[-1] == "mended"

def test_workers_told_to_stop_are_started_again_with_logs_of_their_own(deployment, outage):
    outage.stop("agg0")
    outage.mend()
    assert deployment.client.chat("Hello.").content
    logs = sorted(path.name for path in (deployment.run_dir / "logs").glob("agg0*"))
    assert logs == ["agg0.0.2.log", "agg0.0.log", "agg0.1.2.log", "agg0.1.log"]
    assert [len(rank.load_seconds) for rank in deployment.ranks] == [1, 1]

def test_what_is_frozen_is_thawed(deployment, outage):
    outage.freeze("agg0")
    outage.mend()
    assert deployment.client.chat("Hello.").content

WHO_GOES = '''
import os, sys
from pathlib import Path
from pytest_dynamo.supervisor.identity import Identity
from pytest_dynamo.supervisor.outage import Request
Request("gone", "kill", "frontend", Identity.of(os.getpid())).write(Path(sys.argv[1]))
'''

def test_what_its_owner_left_is_mended(deployment, outage):
    deployment.disturbed = True  # as this test did not announce it
    before = kinds(deployment).count("mended")
    subprocess.run([sys.executable, "-c", WHO_GOES, str(outage._place)], check=True)
    deadline = time.monotonic() + 60
    while kinds(deployment).count("mended") == before:
        deployment.check()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    deployment.disturbed = False

def test_what_cannot_be_started_again_is_a_loss(deployment, outage):
    port = int(deployment.base_url.rpartition(":")[2])
    outage.kill("frontend")
    deadline = time.monotonic() + 60
    while accepts("127.0.0.1", port):  # it was told to end, and has not yet
        assert time.monotonic() < deadline
    with socket.create_server(("127.0.0.1", port)):
        with pytest.raises(Lost, match="frontend"):
            outage.mend()
    outage._on = False
"""


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ((), ["test_before_all", "test_first"]),
        (("-m", "dynamo_exclusive"), ["test_last"]),
    ],
)
def test_exclusive_tests_run_last_and_only_if_asked_for(
    start_pytest: Callable[..., Run], place: Path, words: tuple[str, ...], found: list[str]
) -> None:
    (place / "test_it.py").write_text(EXCLUSIVE)

    run = start_pytest("--topology=local_agg", "--collect-only", "-q", "test_it.py", *words)

    assert run.wait() == pytest.ExitCode.OK, run.text
    lines = run.text.splitlines()
    assert [line.partition("::")[2] for line in lines if "::" in line] == found


def test_a_test_that_does_harm_waits_for_all_others_and_they_for_it(tmp_path: Path) -> None:
    order: list[str] = []
    began = threading.Event()

    def harm() -> None:
        began.set()
        with sharing.turn(tmp_path, alone=True):
            order.append("harm")

    with sharing.turn(tmp_path, alone=False), sharing.turn(tmp_path, alone=False):
        thread = threading.Thread(target=harm)
        thread.start()
        assert began.wait(10)
        order.append("others")
    thread.join(30)

    assert not thread.is_alive()
    assert order == ["others", "harm"]


@pytest.mark.parametrize(
    ("act", "step", "lost"),
    [
        ("kill", "etcd", True),
        ("kill", "nats", False),
        ("freeze", "agg0", True),
        ("kill", "agg0", False),
    ],
)
def test_mended_is_what_outlives_a_lease_that_etcd_lost_and_a_worker_that_was_frozen(
    tmp_path: Path, act: str, step: str, *, lost: bool
) -> None:
    def check() -> None:
        raise Lost("frontend: ended with exit 0")

    (tmp_path / "run.json").write_text(json.dumps({"node_local": str(tmp_path)}))
    (tmp_path / "events.jsonl").touch()
    states = iter([{"state": "disturbed"}, {"state": "ready"}])
    deployment: Any = SimpleNamespace(
        run=SimpleNamespace(
            run=tmp_path / "run.json", events=tmp_path / "events.jsonl", state=lambda: next(states)
        ),
        owned=True, check=check, disturbed=False, lease_s=10.0, stand_in="ranks",
        topology=SimpleNamespace(budgets=None), plan=SimpleNamespace(launcher="local"),
    )  # fmt: skip
    outage = Outage(deployment)
    outage._ask = lambda *_: None  # type: ignore[method-assign,assignment,return-value]
    (tmp_path / "events.jsonl").write_text('{"number": null}\n')
    getattr(outage, act)(step)

    with pytest.raises(Lost) if lost else contextlib.nullcontext():
        outage.mend()


@needs_dynamo
def test_what_is_struck_is_mended_or_the_deployment_lost(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(STRIKES)

    run = start_pytest("--topology=local_agg", "--dynamo-exclusive", "-v", "test_it.py")

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert "5 passed" in run.text, run.text
    assert "1 failed" not in run.text, run.text
    assert run.json("report.json")["verdict"] != "pass"
    assert "announced" in (run.directory / "events.jsonl").read_text()
    run.nothing_left()


@needs_dynamo
def test_a_worker_that_was_frozen_gets_its_share_again(start_pytest: Callable[..., Run]) -> None:
    suite = Path(__file__).parents[2] / "suites" / "test_recovery.py"
    kills = "test_a_killed_worker_costs_its_own_streams_and_these_end_with_an_error"

    run = start_pytest(
        "--topology=local_agg", "--dynamo-set=roles.agg.workers=2", "--dynamo-exclusive",
        f"{suite}::test_a_frozen_worker_lets_no_new_request_hang", f"{suite}::{kills}",
    )  # fmt: skip

    assert run.wait() == pytest.ExitCode.OK, run.text
    assert "2 passed" in run.text, run.text
    run.nothing_left()
