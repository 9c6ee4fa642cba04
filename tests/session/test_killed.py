# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""However a pytest process ends, at whatever moment, nothing of its deployment is left."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from running import Run, children_of, needs_dynamo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = needs_dynamo

TESTS = """
import os, time

def wait_for(path, seconds=60):
    end = time.monotonic() + seconds
    while not os.path.exists(path):
        assert time.monotonic() < end, path
        time.sleep(0.01)

def test_before_start(request):
    open("before", "w").close()
    wait_for("gate-before")

def test_ready(deployment):
    open("ready", "w").close()
    wait_for("gate-ready")

def test_in_flight(deployment):
    with deployment.client.open_stream("go", max_tokens=3000) as stream:
        next(iter(stream))
        open("mid-test", "w").close()
        wait_for("gate-mid-test")
"""
POINTS = ["before-start", "half-loaded", "ready", "mid-test", "mid-teardown"]


def bring_to(point: str, start: Callable[..., Run], place: Path, *arguments: str) -> Run:
    """Start a run and return when it has come to a point."""
    (place / "test_it.py").write_text(TESTS)
    order = ["before", "ready", "mid-test"]
    stop_at = {"before-start": "before", "ready": "ready", "mid-test": "mid-test"}.get(point)
    for name in order:
        if name == stop_at:
            break
        if point == "half-loaded" and name != "before":
            break
        (place / f"gate-{name}").touch()
    options = ["--topology=wide_ep_disagg", *arguments, "test_it.py"]
    environment = {}
    if point == "half-loaded":
        options.append("--dynamo-set=local.load_seconds=4")
    if point == "mid-teardown":
        # a rank that ignores SIGTERM makes the teardown take its whole grace
        options.append("--dynamo-set=environment.STANDIN_FAULT=decode0:0@serving=9:deaf")
        (place / "test_it.py").write_text(
            TESTS + "\ndef test_last(deployment):\n"
            "    for number in range(12):\n"
            "        try: deployment.client.chat('x', max_tokens=1, deadline_s=1)\n"
            "        except Exception: break\n"
        )
    run = start(*options, env=environment)
    conditions: dict[str, Callable[[], object]] = {
        "before-start": (place / "before").exists,
        "half-loaded": lambda: run.logs().count("Model init total") >= 16,
        "ready": (place / "ready").exists,
        "mid-test": (place / "mid-test").exists,
        "mid-teardown": lambda: run.events("stopping"),
    }
    run.until(point, conditions[point])
    return run


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["alone", "xdist"])
@pytest.mark.parametrize("point", POINTS)
def test_nothing_is_left_when_the_controller_is_killed(
    point: str, arguments: tuple[str, ...], start_pytest: Callable[..., Run], place: Path
) -> None:
    run = bring_to(point, start_pytest, place, *arguments)
    workers = children_of(run.process.pid)

    run.process.send_signal(signal.SIGKILL)

    assert run.wait() == -signal.SIGKILL
    run.nothing_left(30)
    if point != "before-start":
        assert run.json("teardown.json")["leftover"] == []
    assert arguments == () or workers


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_an_interrupt_takes_the_deployment_down(
    number: signal.Signals,
    arguments: tuple[str, ...],
    start_pytest: Callable[..., Run],
    place: Path,
) -> None:
    run = bring_to("ready", start_pytest, place, *arguments)

    run.process.send_signal(number)

    assert run.wait() == pytest.ExitCode.INTERRUPTED
    run.nothing_left(1)
    assert run.json("report.json")["verdict"] == "unproven"


def test_a_killed_xdist_worker_leaves_the_deployment_to_the_others(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    run = bring_to("ready", start_pytest, place, "-n", "2")
    victim = children_of(run.process.pid)[0]

    os.kill(victim, signal.SIGKILL)
    (place / "gate-ready").touch()
    (place / "gate-mid-test").touch()

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    run.nothing_left(1)
    assert run.json("teardown.json")["leftover"] == []


def test_the_next_run_cleans_after_a_killed_supervisor(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    run = bring_to("ready", start_pytest, place)
    supervisor = run.supervisor
    assert supervisor is not None

    supervisor.signal(signal.SIGKILL)
    (place / "gate-ready").touch()
    (place / "gate-mid-test").touch()

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert f"the supervisor (process {supervisor.pid}) is gone" in run.text
    left = len(run.processes())
    after = start_pytest("--topology=local_agg", "test_it.py", name="after")

    assert after.wait() == pytest.ExitCode.OK, after.text
    assert left in (0, 33)
    run.nothing_left(1)
    after.nothing_left(1)
    assert left == 0 or f"removed {left} leftover(s)" in after.text


def test_two_runs_at_once_do_not_see_each_other(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    first = bring_to("ready", start_pytest, place)

    second = start_pytest("--topology=local_disagg", "test_it.py", "-k", "ready", name="second")
    (place / "gate-ready").touch()
    (place / "gate-mid-test").touch()

    assert second.wait() == pytest.ExitCode.OK, second.text
    assert first.wait() == pytest.ExitCode.OK, first.text
    first.nothing_left(1)
    second.nothing_left(1)
