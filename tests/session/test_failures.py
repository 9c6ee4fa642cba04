# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A deployment that fails is told once, at once, with its cause; everything else is blocked."""

from __future__ import annotations

import re
import signal
import time
from typing import TYPE_CHECKING

import pytest
from running import Run, needs_dynamo

from pytest_dynamo.supervisor.identity import Identity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = needs_dynamo

#: From the death of a rank to the report that names it; the issue's own figure.
LIMIT_S = 2.0
TESTS = """
def test_one(deployment): deployment.client.chat("one", max_tokens=2)
def test_two(deployment): deployment.client.chat("two", max_tokens=2)
def test_three(deployment): deployment.client.chat("three", max_tokens=2)
"""
#: Notes when pytest learns of the first failure: the report is made, whatever is printed when.
CONFTEST = """
import time

def pytest_runtest_logreport(report):
    if report.failed:
        with open("reported", "a") as file:
            file.write(f"{time.time()} {report.longrepr}\\n")
"""
STREAM = """
def test_stream(deployment):
    with deployment.client.open_stream("go", max_tokens=100000, deadline_s=60) as stream:
        next(iter(stream))
        open("streaming", "w").close()
        for chunk in stream:
            pass
"""


def rank_process(run: Run, name: str) -> Identity:
    """Return the process of a rank, as the run recorded it."""
    pid = next(event["pid"] for event in run.events("spawned") if event["process"] == name)
    identity = Identity.of(pid)
    assert identity is not None
    return identity


def reported_at(place: Path) -> float:
    return float((place / "reported").read_text().split()[0])


@pytest.mark.parametrize("victim", ["decode0.5", "decode0.0", "prefill0.15"])
def test_a_rank_killed_while_loading_is_named_within_two_seconds(
    victim: str, start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(TESTS)
    (place / "conftest.py").write_text(CONFTEST)
    run = start_pytest(
        "--topology=wide_ep_disagg", "--dynamo-set=local.load_seconds=5", "test_it.py"
    )
    run.until("loading", lambda: [each for each in run.events("phase") if each["phase"] == "load"])

    rank_process(run, victim).signal(signal.SIGKILL)
    killed = time.time()

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert reported_at(place) - killed < LIMIT_S
    worker, _, rank = victim.partition(".")
    assert f"rank {rank} of {worker} on node" in run.text
    assert "ended with SIGKILL during load" in run.text
    run.nothing_left(1)
    assert run.json("report.json")["verdict"] == "infrastructure"


@pytest.mark.parametrize("victim", ["decode0.3", "prefill0.0", "frontend"])
def test_a_test_that_waits_fails_within_two_seconds_of_a_death(
    victim: str, start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(STREAM)
    (place / "conftest.py").write_text(CONFTEST)
    run = start_pytest("--topology=wide_ep_disagg", "test_it.py")
    run.until("streaming", (place / "streaming").exists)

    rank_process(run, victim).signal(signal.SIGKILL)
    killed = time.time()

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert reported_at(place) - killed < LIMIT_S
    worker, _, rank = victim.partition(".")
    assert (f"rank {rank} of {worker}" if rank else victim) in run.text
    assert "ended with SIGKILL while the deployment was serving" in run.text
    run.nothing_left(1)


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_a_failed_start_is_told_once_and_blocks_the_rest(
    arguments: tuple[str, ...], start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(TESTS)

    run = start_pytest(
        "--topology=local_disagg",
        "--dynamo-set=environment.STANDIN_FAULT=decode0:0@load=0.5:heads",
        "--junit-xml=junit.xml",
        "test_it.py",
        *arguments,
    )

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert run.text.count("  phase: load, fault: config") == 1
    assert "assert self.num_heads % tp_size == 0" in run.text
    assert re.search(r"2 blocked", run.text)
    assert "rank 0 of decode0 on node" in run.text
    assert run.json("report.json")["verdict"] == "config"
    junit = (place / "junit.xml").read_text()
    assert 'errors="3"' in junit
    assert '<property name="dynamo.verdict" value="config"' in junit


@pytest.mark.parametrize(
    ("fault", "words", "verdict"),
    [
        ("decode0:0@load=0.8:kill", "SIGKILL", "infrastructure"),
        ("decode0:0@start:exit0", "exit status 0, but nothing that serves ends", "product"),
        ("decode0:0@loaded:exit1", "exit 1", "product"),
        ("prefill0:0@load=0.3:oom", "CUDA out of memory", "infrastructure"),
        ("prefill0:0@load=0.3:exception", "exit 1", "product"),
    ],
)
def test_each_way_to_die_is_named(
    fault: str, words: str, verdict: str, start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(TESTS)

    run = start_pytest(
        "--topology=local_disagg", f"--dynamo-set=environment.STANDIN_FAULT={fault}", "test_it.py"
    )

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert words in run.text
    assert f"rank 0 of {fault.partition(':')[0]} on" in run.text
    assert run.json("report.json")["verdict"] == verdict
    assert run.logs()
    run.nothing_left(1)


def test_a_silent_rank_is_a_stall_with_its_last_milestone(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(TESTS)

    run = start_pytest(
        "--topology=wide_ep_agg",
        "--dynamo-set=environment.STANDIN_FAULT=agg0:9@load=0.5:hang",
        "--dynamo-set=budgets.load=2",
        "test_it.py",
    )

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert "load took longer than its budget of 2 s" in run.text
    assert "agg0: 15/16 loaded; missing 9 on node3" in run.text
    assert run.json("deployment.json")["diagnosis"]["kind"] == "stall"
    run.nothing_left(1)


def test_a_deployment_lost_between_tests_blocks_what_follows(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(
        "import os, signal, time\n"
        "def test_kill(deployment):\n"
        "    pid = next(e['pid'] for e in deployment.events if e.get('process') == 'decode0.0')\n"
        "    os.kill(pid, signal.SIGKILL)\n"
        "    end = time.monotonic() + 10\n"
        "    while deployment.run.state()['state'] != 'lost':\n"
        "        assert time.monotonic() < end\n"
        "def test_next(deployment): raise AssertionError('was run')\n"
        "def test_last(deployment): raise AssertionError('was run')\n"
    )

    run = start_pytest("--topology=local_disagg", "test_it.py")

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert "was run" not in run.text
    assert re.search(r"1 passed, 1 error, 1 blocked|1 passed, 1 blocked, 1 error", run.text)
    assert "rank 0 of decode0" in run.text
    run.nothing_left(1)


def test_what_does_not_fit_into_memory_is_not_started(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(TESTS)

    run = start_pytest(
        "--topology=wide_ep_agg",
        "--dynamo-set=roles.agg.workers=256",
        "--dynamo-allow=DYN402",
        "test_it.py",
    )

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert re.search(r"\d+ MiB of memory are available, 4096 stand-in ranks need", run.text)
    assert run.events("spawned") == []
    run.nothing_left(1)


def test_what_the_rules_call_an_error_is_not_launched(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(TESTS)

    run = start_pytest(
        "--topology=wide_ep_disagg", "--dynamo-set=services.nats_port=8000", "test_it.py"
    )

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert run.text.count("DYN405 ports-collide") == 2  # told, and in the verdict
    assert "1 error" in run.text
    assert "2 blocked" in run.text
    assert run.json("report.json")["verdict"] == "config"
    assert run.events() == []


def test_a_port_in_use_is_named_with_its_purpose(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    (place / "test_it.py").write_text(TESTS)
    (place / "conftest.py").write_text(
        "import socket\n"
        "from pytest_dynamo.supervisor import allocation\n"
        "TAKEN = socket.create_server(('127.0.0.1', 0))\n"
        "free_ports = allocation.free_ports\n"
        "allocation.free_ports = lambda count: "
        "(TAKEN.getsockname()[1], *free_ports(count - 1))\n"
    )

    run = start_pytest("--topology=local_agg", "test_it.py")

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    assert re.search(r"port \d+ \(.*\) of 127.0.0.1 is in use", run.text)
    assert "ss -ltnp" in run.text
    assert "1 error" in run.text
    assert "2 blocked" in run.text
    assert run.json("report.json")["verdict"] == "infrastructure"
    assert run.events("spawned") == []
    for process in run.processes():
        pytest.fail(f"left: {process}")
