# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""An allocation that cannot hold a deployment is refused before a rank is started."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from cluster.inside import PAIR
from running import needs_dynamo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cluster.inside import InsideRun

    from pytest_dynamo.supervisor.virtual.cluster import Cluster

pytestmark = needs_dynamo


def not_launched(run: InsideRun, where: str, *words: str) -> None:
    """Check that it was refused for that, with nothing started."""
    assert run.wait() == pytest.ExitCode.TESTS_FAILED, run.text
    run.nothing_left()
    assert run.diagnosis()["where"] == where
    assert [word for word in words if word not in run.diagnosis()["what"]] == []
    assert run.events("spawned") == []


#: Programs that have a file open or mapped, and when they have.
OPENS = 'exec setpriv --reuid=1000 --clear-groups sh -c "exec sleep 60 3</dev/shm/nccl-opened"'
OPENED = "until ls -l /proc/$1/fd | grep -q nccl-opened; do sleep 0.02; done"
MAPS = f"""exec {sys.executable} -c '
import mmap, time
with open("/dev/shm/moe_mapped", "r+b") as file:
    view = mmap.mmap(file.fileno(), 0)
time.sleep(60)'"""
MAPPED = "until grep -q moe_mapped /proc/$1/maps; do sleep 0.02; done"


def test_shared_memory_of_an_earlier_run_is_named_with_its_node_and_who_has_it(
    start: Callable[..., InsideRun], cluster: Cluster
) -> None:
    shm = {node: cluster.root(node) / "dev/shm" for node in ("node2", "node3", "node4")}
    left = [shm["node2"] / "moe_old", shm["node3"] / "moe_foreign",
            shm["node4"] / "moe_mapped", shm["node4"] / "nccl-opened"]  # fmt: skip
    for path in left:
        path.write_bytes(bytes(4096))
    os.chown(left[1], 1000, 1000)
    pids = []
    for words, until in ((MAPS, MAPPED), (OPENS, OPENED)):
        begin = f"{words} >/dev/null 2>&1 & echo $!"
        pids.append(cluster.call("sh", "-c", begin, on="node4").strip())
        cluster.call("sh", "-c", until, "sh", pids[-1], on="node4", timeout_s=20)

    run = start()

    not_launched(run, "node2", "/dev/shm holds 1 file(s)", "moe_old of user 0")
    cluster.call("kill", *pids, on="node4")
    for path in left:
        path.unlink()
    assert run.diagnosis()["remedy"] == "srun --overlap -w node2 -N1 -n1 rm /dev/shm/moe_old"
    assert [item.partition(" of an earlier run: ")[2] for item in run.diagnosis()["also"]] == [
        "moe_foreign of user 1000",
        (
            f"moe_mapped of user 0, open in process {pids[0]} of user 0, "
            f"nccl-opened of user 0, open in process {pids[1]} of user 1000"
        ),
    ]


def test_a_port_that_is_taken_on_the_head_node_is_named(
    start: Callable[..., InsideRun], cluster: Cluster
) -> None:
    listen = "import socket, time; s = socket.create_server(('', 8000)); time.sleep(60)"
    words = 'setsid python3 -c "$1" >/dev/null 2>&1 & echo $!'
    pid = cluster.call("sh", "-c", words, "sh", listen, on="node1").strip()
    cluster.call("sh", "-c", "until ss -Hltn | grep -q :8000; do sleep 0.02; done", on="node1")

    run = start()

    not_launched(run, "node1", "port 8000 is in use")
    cluster.call("kill", pid, on="node1")


def test_what_an_earlier_run_left_is_removed_from_every_node_but_what_is_held(
    start: Callable[..., InsideRun], cluster: Cluster
) -> None:
    for node in ("node2", "node3", "node4"):
        (cluster.root(node) / "dev/shm/nccl-old").write_bytes(bytes(64))
    os.chown(cluster.root("node3") / "dev/shm/nccl-old", 1000, 1000)
    hold = "exec 3</dev/shm/nccl-old; setsid sleep 60 >/dev/null 2>&1 & echo $!"
    holder = cluster.call("sh", "-c", hold, on="node4").strip()

    run = start("--dynamo-clean")

    assert run.wait() == 1, run.text
    cluster.call("kill", holder, on="node4")
    assert [line for line in run.text.splitlines() if line.startswith("dynamo: ")] == [
        "dynamo: node2: removed nccl-old (64 bytes)",
        "dynamo: node3: kept nccl-old: it is of user 1000",
        f"dynamo: node4: kept nccl-old: process {holder} has it open",
        "dynamo: 4 node(s): 1 file(s) of shared memory removed, 2 kept",
    ]
    for node in ("node3", "node4"):
        (cluster.root(node) / "dev/shm/nccl-old").unlink()


def test_two_runs_in_one_job_are_one_too_many(
    start: Callable[..., InsideRun], place: Path
) -> None:
    second = 'until [ -e serving ]; do sleep 0.1; done; "$@" --dynamo-run-dir=second; touch enough'

    script = f'("$@") & ({second}); wait'

    run = start(
        launch=("salloc", "-N4", "-w", "node[1-4]", "--gres=gpu:4", "sh", "-c", script, "sh")
    )

    assert run.wait() == 0, run.text
    run.nothing_left()
    assert run.json("report.json")["verdict"] == "pass"
    first = run.json("run.json")["run_id"]
    assert f"run {first} is using this allocation" in run.text
    run.directory = place / "second"  # the one that the table is to show
    assert run.diagnosis()["where"].startswith("job ")


def test_what_one_node_cannot_see_is_named_with_that_node(
    start: Callable[..., InsideRun], cluster: Cluster
) -> None:
    for node in ("node1", "node2", "node4"):  # each has a /tmp of its own
        (cluster.root(node) / "tmp/image.sqsh").write_bytes(b"")

    run = start("--dynamo-set=rehearsal=false", "--dynamo-set=container.image=/tmp/image.sqsh")

    not_launched(run, "node3", "not there, and needed: /tmp/image.sqsh")


def test_a_node_that_was_drained_since_it_was_allocated_is_named(
    start: Callable[..., InsideRun], cluster: Cluster
) -> None:
    drain = 'scontrol update nodename=node2 state=drain reason="xid 79, see the ticket"; "$@"'

    run = start(launch=("salloc", "-N4", "-w", "node[1-4]", "sh", "-c", drain, "sh"))
    status = run.wait()
    cluster.call("scontrol", "update", "nodename=node2", "state=resume")

    assert status == pytest.ExitCode.USAGE_ERROR
    assert "node2 is ALLOCATED+DRAIN (xid 79, see the ticket)" in run.text
    assert "salloc --exclude=node2" in run.text


def test_a_slurm_without_pyxis_is_named(start: Callable[..., InsideRun], place: Path) -> None:
    real = PAIR.replace("rehearsal: true", "container: {image: ./x.sqsh}")
    (place / "pair.yaml").write_text(real.replace("1.3.0", "0.4.1").replace("rc0", "rc6"))
    (place / "x.sqsh").touch()

    run = start()

    assert run.wait() == pytest.ExitCode.TESTS_FAILED, run.text
    run.nothing_left()
    assert "unrecognized option '--container-image" in run.diagnosis()["what"]
    assert "Pyxis" in run.diagnosis()["remedy"]
    assert run.json("report.json")["verdict"] == "config"


def test_an_allocation_whose_shell_finds_no_srun_is_refused(
    start: Callable[..., InsideRun], place: Path
) -> None:
    (place / "bin").mkdir()
    for name in ("scontrol", "squeue", "scancel"):
        (place / "bin" / name).symlink_to(f"/usr/bin/{name}")

    run = start(launch=("salloc", "-N4", "--gres=gpu:4", "env", f"PATH={place / 'bin'}"))

    assert run.wait() == pytest.ExitCode.USAGE_ERROR
    assert "login: srun is not installed" in run.text


def test_an_allocation_that_is_too_small_is_refused(start: Callable[..., InsideRun]) -> None:
    run = start(launch=("salloc", "-N2", "--gres=gpu:4"))

    assert run.wait() == pytest.ExitCode.USAGE_ERROR
    assert "pair needs 4 nodes, this allocation has 2" in run.text


def test_without_an_allocation_the_words_that_make_one_are_shown(
    start: Callable[..., InsideRun],
) -> None:
    run = start("--dynamo-launcher=slurm", launch=())

    assert run.wait() == pytest.ExitCode.USAGE_ERROR
    line = next(line for line in run.text.splitlines() if "remedy: salloc" in line)
    assert "salloc --job-name=dynamo.pair --time=05:00:00 --nodes=4 --gres=gpu:2" in line
    assert "SLURM_JOB_ID is not set" in run.text
