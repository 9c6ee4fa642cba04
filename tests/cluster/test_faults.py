# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whatever happens to a deployment on a real Slurm is named, in time, and leaves nothing."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest
from running import needs_dynamo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cluster.inside import InsideRun

    from pytest_dynamo.supervisor.virtual.cluster import Cluster

pytestmark = needs_dynamo

FOUR = ("salloc", "-N4", "-w", "node[1-4]", "--gres=gpu:4")
#: From a fault to the word of the supervisor, in seconds: the issue's own figures.
RANK_S, NODE_S = 2.0, 10.0


def serving(run: InsideRun, place: Path) -> InsideRun:
    run.until("serving", (place / "serving").exists)
    return run


def lost(run: InsideRun) -> InsideRun:
    """Wait for its end, which is that of a run whose fault was named in time, with nothing left."""
    assert run.wait() == pytest.ExitCode.TESTS_FAILED, run.text
    run.named()
    run.nothing_left()
    return run


def test_a_rank_killed_while_loading_is_named(start: Callable[..., InsideRun]) -> None:
    run = start("--dynamo-set=local.load_seconds=20")
    run.until("loading", lambda: run.logs().count("mpi_world_size") >= 8)

    run.rank("decode0", 3).signal(signal.SIGKILL)
    run.strike(RANK_S)

    lost(run)
    assert run.diagnosis()["where"] == "rank 3 of decode0 on node4"
    assert "SIGKILL during load" in run.diagnosis()["what"]


@pytest.mark.parametrize(
    ("worker", "rank", "node"), [("prefill0", 1, "node1"), ("decode0", 0, "node3")]
)
def test_a_rank_killed_while_serving_is_named(
    worker: str, rank: int, node: str, start: Callable[..., InsideRun], place: Path
) -> None:
    run = serving(start(), place)

    run.rank(worker, rank).signal(signal.SIGKILL)
    run.strike(RANK_S)

    lost(run)
    assert run.diagnosis()["where"] == f"rank {rank} of {worker} on {node}"
    assert run.diagnosis()["phase"] == "serving"
    assert run.json("report.json")["verdict"] == "infrastructure"


def test_a_rank_that_ends_well_is_named(start: Callable[..., InsideRun]) -> None:
    fault = "--dynamo-set=environment.STANDIN_FAULT=decode0:2@loaded:exit0"
    run = start(fault, "--dynamo-set=local.load_seconds=2")
    run.until("loading", lambda: run.logs().count("mpi_world_size") >= 8)
    rank = run.rank("decode0", 2)
    run.until("its end", lambda: not rank.alive)
    run.strike(RANK_S)

    lost(run)
    assert run.diagnosis()["where"] == "rank 2 of decode0 on node4"
    assert "exit status 0, but nothing that serves ends by itself" in run.diagnosis()["what"]


def test_a_silent_rank_is_named(start: Callable[..., InsideRun]) -> None:
    run = start(
        "--dynamo-set=environment.STANDIN_FAULT=prefill0:3@load=0.5:hang",
        "--dynamo-set=budgets.load=2",
    )
    run.until("its last word", lambda: "3: Loading weights:  25%" in run.logs())
    run.strike(2 + RANK_S)  # the budget of the phase, and then as soon as any

    lost(run)
    assert run.diagnosis()["where"] == "rank 3 of prefill0 on node2"
    assert run.diagnosis()["kind"] == "stall"


def test_nodes_that_fail_are_named_long_before_slurm_does(
    start: Callable[..., InsideRun], cluster: Cluster, place: Path
) -> None:
    # three jobs at once, as most of this is waiting for signs of life
    jobs = {"power": "node[1-4]", "cable": "node[5-8]", "slurmd": "node[9-12]"}
    power, cable, slurmd = (
        start(launch=("salloc", "-N4", "-w", nodes, "--gres=gpu:4"), name=name)
        for name, nodes in jobs.items()
    )
    for run in (power, cable, slurmd):
        run.until("readiness", lambda run=run: run.events("ready"))

    cluster.power_off("node4")
    power.strike(NODE_S, fault="a node without power")
    cluster.link("node6", "down")
    cable.strike(NODE_S, fault="a node without network")
    cluster.kill_slurmd("node12")
    slurmd.strike(NODE_S, fault="a node whose slurmd died serves on, and is cleaned")

    lost(power)
    assert power.diagnosis()["where"] == "node4"
    assert power.events("trouble") == []  # who has no power says nothing of its slurmd
    assert power.json("report.json")["verdict"] == "infrastructure"

    assert cable.wait() == pytest.ExitCode.TESTS_FAILED, cable.text
    cable.named()
    assert cable.diagnosis()["where"] == "node6"
    assert cable.json("report.json")["verdict"] == "infrastructure"
    cluster.link("node6", "up")
    cable.nothing_left(30)

    slurmd.until("the trouble", lambda: slurmd.events("trouble"))
    (place / "enough").touch()
    lost(slurmd)
    assert slurmd.events("trouble")[0]["where"] == "node12"
    assert slurmd.json("report.json")["live_failed"] == []
    assert slurmd.json("report.json")["verdict"] == "infrastructure"
    assert (slurmd.diagnosis()["where"], slurmd.diagnosis()["phase"]) == ("node12", "serving")
    assert slurmd.json("teardown.json")["leftover"] == []
    assert [item for item in slurmd.json("teardown.json")["unproven"] if "node12" in item] == []


@pytest.mark.parametrize("victim", ["step", "job"])
def test_what_somebody_cancels_is_named(
    victim: str, start: Callable[..., InsideRun], cluster: Cluster, place: Path
) -> None:
    run = serving(start(), place)
    step = run.steps()["decode0"]

    cluster.call("scancel", step if victim == "step" else step.partition(".")[0])
    run.strike(RANK_S)

    run.wait()
    run.named()
    run.nothing_left(20)
    if victim == "step":
        assert "decode0" in run.diagnosis()["where"]
    else:
        assert run.diagnosis()["where"] == f"job {step.partition('.')[0]}"
        assert "cancelled" in run.diagnosis()["remedy"]


def test_a_killed_srun_leaves_no_ranks(
    start: Callable[..., InsideRun], cluster: Cluster, place: Path
) -> None:
    run = serving(start(), place)
    pid = next(event["pid"] for event in run.events("spawned") if event["process"] == "decode0")

    cluster.call("kill", "-KILL", str(pid))
    run.strike(RANK_S)

    lost(run)
    assert "decode0" in run.diagnosis()["where"]
    assert run.json("teardown.json")["leftover"] == []


@pytest.mark.parametrize("program", ["etcd", "nats-server", "frontend.py"])
def test_a_killed_service_is_the_cause_and_not_its_victims(
    program: str, start: Callable[..., InsideRun], place: Path
) -> None:
    run = serving(start("--dynamo-set=versions.dynamo=0.8.0"), place)

    run.program(program).signal(signal.SIGKILL)
    run.strike(RANK_S)

    lost(run)
    name = program.partition("-")[0].partition(".")[0]
    assert run.diagnosis()["where"] == f"{name} on node1"


def test_a_restart_of_the_controller_is_survived(
    start: Callable[..., InsideRun], cluster: Cluster, place: Path
) -> None:
    (place / "test_it.py").write_text(
        "import os, time\n"
        "def test_serves(deployment):\n"
        "    open('serving', 'w').close()\n"
        "    while not os.path.exists('restarted'):\n"
        "        deployment.client.chat('go', max_tokens=2)\n"
    )
    run = serving(start(), place)

    cluster.stop_controller()
    cluster.start_controller()
    (place / "restarted").touch()

    assert run.wait() == pytest.ExitCode.OK, run.text
    run.nothing_left()
    assert run.json("teardown.json")["leftover"] == []


def test_without_a_controller_a_run_ends_itself(
    start: Callable[..., InsideRun], cluster: Cluster, place: Path
) -> None:
    run = serving(start(), place)

    cluster.stop_controller()
    (place / "enough").touch()
    run.until("its end", lambda: run.json("teardown.json"))
    # an srun that was killed is gone once its node has looked
    deadline = time.monotonic() + 10
    while (alive := {*run.processes_alive()} - {run.supervisor}) and time.monotonic() < deadline:
        time.sleep(0.05)
    cluster.start_controller()

    assert run.wait() == pytest.ExitCode.OK, run.text
    assert not alive
    teardown = run.json("teardown.json")
    # of an etcd that ended by SIGTERM srun wants to tell the controller, and waits for it
    assert set(teardown["killed"]) <= {"etcd", "nats"}
    assert teardown["leftover"] == []
    assert teardown["unproven"] == ["GPU memory: no NVIDIA driver on the nodes"]


def test_a_full_disk_under_the_run_directory_is_named(
    start: Callable[..., InsideRun], cluster: Cluster, place: Path
) -> None:
    small = 'mkdir run; mount -t tmpfs -o size=24m none run; "$@"'
    run = start(launch=(*FOUR, "sh", "-c", small, "sh"))
    run.directory = cluster.root("login") / str(run.directory).lstrip("/")  # only that host's
    serving(run, place)

    (run.directory / "fill").write_bytes(bytes((24 - 4) * 2**20))
    run.strike(NODE_S)

    lost(run)
    assert run.diagnosis()["kind"] == "disk"
    assert run.diagnosis()["where"] == str(place / "run")
    assert run.json("report.json")["verdict"] == "infrastructure"
    assert run.json("teardown.json")["leftover"] == []


#: The job outlives pytest: what ends then is ended by us, and not by the end of the job.
KEEP = '"$@"; n=0; until [ -e done ] || [ $n -gt 300 ]; do n=$((n + 1)); sleep 0.1; done'


@pytest.mark.parametrize("victim", ["controller", "supervisor"])
def test_a_killed_part_of_ours_leaves_nothing(
    victim: str, start: Callable[..., InsideRun], place: Path
) -> None:
    run = serving(start(launch=(*FOUR, "sh", "-c", KEEP, "sh")), place)
    process = run.controller if victim == "controller" else run.supervisor
    assert process is not None

    process.signal(signal.SIGKILL)
    (place / "enough").touch()

    run.until("nothing is left", lambda: not run.processes_alive(), 15)
    (place / "done").touch()
    assert run.wait() in (0, 137), run.text
    assert run.json("report.json").get("verdict") != "pass"


def test_a_rank_that_ignores_the_end_is_killed_through_the_scheduler(
    start: Callable[..., InsideRun], place: Path
) -> None:
    (place / "enough").touch()

    run = start("--dynamo-set=environment.STANDIN_FAULT=decode0:3@serving=1:deaf")

    assert run.wait() == pytest.ExitCode.OK, run.text
    run.nothing_left()
    assert run.json("teardown.json")["killed"] == ["decode0"]
    assert run.json("teardown.json")["leftover"] == []


def test_shared_memory_that_a_run_leaves_is_named_with_its_node(
    start: Callable[..., InsideRun], cluster: Cluster, place: Path
) -> None:
    run = serving(start(), place)

    shm = cluster.root("node2") / "dev/shm/moe_shared_left"
    shm.write_bytes(bytes(64))
    (place / "enough").touch()

    assert run.wait() == pytest.ExitCode.TESTS_FAILED
    shm.unlink()
    (left,) = run.json("teardown.json")["leftover"]
    assert (left["kind"], left["where"]) == ("shm", "node2")
    assert run.json("report.json")["verdict"] == "leftover"
    assert "node2" in run.json("report.json")["why"] or "moe_shared_left" in run.text
