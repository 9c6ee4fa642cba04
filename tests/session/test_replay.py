# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A recorded run is judged again, offline, to the same verdict; so are the logs of others."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running import Run, needs_dynamo

from pytest_dynamo.session.record import open_record

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDED = Path(__file__).parents[1] / "watch" / "recorded"
TESTS = """
def test_live(deployment): assert deployment.client.chat("one", max_tokens=2).content
def test_ranks(deployment): assert len(deployment.ranks) == 4
def test_started(deployment): assert [e for e in deployment.events if e["kind"] == "spawned"]
"""
OOM = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.62 GiB."
HELLO = "rank{0} run mgmn {1} node with mpi_world_size: 4 ..."
LOADED = "Model init total -- 5.42s"


def digest(folder: Path) -> dict[str, str]:
    """Return what every file of a folder holds, and when it was last written."""
    return {
        str(path.relative_to(folder)): f"{path.stat().st_mtime_ns} "
        + hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def report(run: Run) -> dict[str, object]:
    """Return the report of a run, without the words that only a replay has."""
    found = run.json("report.json")
    found.pop("replay_of")
    return found


def rank_log(rank: int, *more: str) -> str:
    said = [HELLO.format(rank, "leader" if rank == 0 else "worker"), *more]
    return "".join(f"{line}\n" for line in said)


@needs_dynamo
@pytest.mark.parametrize(
    ("arguments", "verdict", "status"),
    [
        ((), "pass", 0),
        (("--dynamo-set=environment.STANDIN_FAULT=decode0:1@load=0.8:oom",), "infrastructure", 1),
        (("--dynamo-set=environment.STANDIN_FAULT=prefill0:0@loaded:exit0",), "product", 1),
        (("--dynamo-set=services.nats_port=8000",), "config", 1),
    ],
    ids=["good", "out of memory", "exit status 0", "a rule"],
)
def test_a_run_of_ours_is_judged_the_same_again(
    arguments: tuple[str, ...],
    verdict: str,
    status: int,
    start_pytest: Callable[..., Run],
    place: Path,
) -> None:
    (place / "test_it.py").write_text(TESTS)
    first = start_pytest("--topology=local_disagg", *arguments, "test_it.py", name="first")
    assert first.wait() == status, first.text
    before = digest(first.directory)

    again = start_pytest(f"--dynamo-replay={first.directory}", "test_it.py", name="again")

    assert again.wait() == status, again.text
    assert report(first) == report(again)
    assert again.json("report.json")["verdict"] == verdict
    assert again.json("report.json")["replay_of"] == str(first.directory)
    assert before == digest(first.directory)
    assert again.supervisor is None
    assert "starts nothing, and stops nothing" in again.text
    if verdict == "pass":
        assert "2 passed, 1 unproven" in again.text
    again.nothing_left(1)


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_the_first_cause_is_found_in_one_file_for_each_rank(
    arguments: tuple[str, ...], start_pytest: Callable[..., Run], place: Path
) -> None:
    logs = place / "logs"
    logs.mkdir()
    for rank in range(4):
        (logs / f"rank{rank}.log").write_text(rank_log(rank, OOM if rank == 2 else LOADED))
    (place / "test_it.py").write_text(TESTS)

    run = start_pytest(
        "--topology=local_agg", "--dynamo-set=roles.agg.parallel.tp=4", "--dynamo-allow=DYN402",
        f"--dynamo-replay={logs}", "-o", "dynamo_exit_codes=true", "test_it.py", *arguments,
    )  # fmt: skip

    assert run.wait() == 11, run.text
    assert "agg0: 4/4 joined, 3/4 loaded; missing 2 on" in run.text
    diagnosis = run.json("report.json")["diagnosis"]
    assert (2, "rank2.log:2") == (diagnosis["rank"], diagnosis["evidence"])
    assert run.text.count("  evidence: rank2.log:2") == 1
    assert "2 blocked" in run.text


@pytest.mark.parametrize("flag", ["--dynamo-replay=logs", "--dynamo-dry-run"])
def test_logs_are_judged_without_the_engine_files_that_a_launch_needs(
    flag: str, start_pytest: Callable[..., Run], place: Path
) -> None:
    logs = place / "logs"
    logs.mkdir()
    (logs / "agg.log").write_text(OOM)
    text = (Path(__file__).parents[2] / "topologies" / "local_agg.yaml").read_text()
    (place / "mine.yaml").write_text(
        text.replace("name: local_agg", "name: mine").replace(
            "engine_configs/", "/srv/engine_configs/"
        )
    )
    (place / "test_it.py").write_text(TESTS)

    run = start_pytest("--topology=mine.yaml", flag, "test_it.py")

    if "replay" in flag:
        assert run.wait() == pytest.ExitCode.TESTS_FAILED, run.text
        assert "roles.agg.parallel from its GPUs" in run.text
        assert run.json("report.json")["diagnosis"]["evidence"] == "agg.log:1"
    else:
        assert run.wait() == pytest.ExitCode.USAGE_ERROR, run.text
        assert "engine config" in run.text


def test_what_slurm_says_of_a_rank_is_found_in_a_labelled_job_file(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    log = place / "slurm-4711.out"
    log.write_bytes((RECORDED / "rank5_killed.log").read_bytes())
    (place / "test_it.py").write_text(TESTS)

    run = start_pytest("--topology=wide_ep_agg", f"--dynamo-replay={log}", "test_it.py")

    assert run.wait() == pytest.ExitCode.TESTS_FAILED, run.text
    diagnosis = run.json("report.json")["diagnosis"]
    assert (5, "node2") == (diagnosis["rank"], diagnosis["node"])
    assert "ended with SIGKILL" in diagnosis["what"]


def test_a_record_that_tells_of_no_failure_is_no_pass(
    start_pytest: Callable[..., Run], place: Path
) -> None:
    pods = "".join(
        f"[pod/llm-agg-0/main] 2026-11-25T10:00:0{rank}.5Z [1,{rank}]<stderr>:{line}\n"
        for rank in range(2)
        for line in (
            f"rank{rank} run mgmn {'worker' if rank else 'leader'} node with mpi_world_size: 2 ...",
            LOADED,
        )
    )
    (place / "logs").mkdir()
    (place / "logs" / "pods.txt").write_text(pods)
    (place / "test_it.py").write_text(
        "def test_live(deployment): deployment.client\n"
        "def test_events(deployment): deployment.events\n"
        "def test_ranks(deployment, subtests):\n"
        "    for rank in deployment.ranks:\n"
        "        with subtests.test(str(rank)):\n"
        "            assert rank.load_seconds == (5.42,)\n"
    )

    run = start_pytest("--topology=local_agg", "--dynamo-replay=logs", "test_it.py")

    assert run.wait() == pytest.ExitCode.TESTS_FAILED, run.text
    for word in ("1 passed", "2 unproven"):
        assert word in run.text, run.text
    found = run.json("report.json")
    assert ("unproven", None) == (found["verdict"], found["diagnosis"])
    assert found["took_s"] == {"launch": 1.0, "load": 0.0}


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda _: None, ("no such directory", "name the directory of a run, or of logs")),
        (lambda path: path.mkdir(), ("holds no log", "one file or many")),
        (lambda path: path.write_bytes(bytes(range(256)) * 9), ("is binary", "not its data")),
        (lambda path: (path.mkdir(), os.mkfifo(path / "a.log")), ("a.log: is no file",)),
        (lambda path: (path.mkdir(), (path / "a.log.xz").touch()), ("unxz a.log.xz",)),
        (lambda path: (path.mkdir(), (path / "a.tar.gz").touch()), ("tar xzf a.tar.gz",)),
        (
            lambda path: (path.mkdir(), (path / "a.log.gz").write_text("no\n")),
            ("Not a gzipped file", "leave it out"),
        ),
        (lambda path: (path.mkdir(), (path / "a.log").symlink_to("b")), ("cannot be read",)),
        (
            lambda path: (path.mkdir(), (path / "run.json").touch(), (path / "plan.json").touch()),
            ("plan.json: is cut off", "copy the whole run directory once more"),
        ),
    ],
    ids=["missing", "empty", "binary", "fifo", "packed", "archive", "no gzip", "dangling", "cut"],
)
def test_what_cannot_be_judged_has_its_place_and_a_remedy(
    make: Callable[[Path], object], words: tuple[str, ...], place: Path
) -> None:
    make(place / "record.x")

    with pytest.raises(pytest.UsageError) as refused:
        open_record(place / "record.x")

    said = str(refused.value)
    assert said.startswith(str(place / "record.x"))
    assert "\n  remedy: " in said
    for word in words:
        assert said.count(word) == 1, said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--dynamo-replay=none",), ("none: there is no such directory", "  remedy: name the")),
        (
            ("--dynamo-replay=logs",),
            ("logs: no topology says what these logs are of", "--topologies lists them"),
        ),
        (("--topology=local_agg", "--dynamo-replay=."), ("lies in what is judged", "--dynamo-run")),
        (("--dynamo-replay=logs", "--dynamo-keep"), ("leave out --dynamo-keep",)),
    ],
    ids=["missing", "no topology", "into the record", "keep"],
)
def test_misuse_is_said_once_and_starts_nothing(
    arguments: tuple[str, ...],
    words: tuple[str, ...],
    start_pytest: Callable[..., Run],
    place: Path,
) -> None:
    (place / "logs").mkdir()
    (place / "logs" / "a.log").write_text("x\n")

    run = start_pytest(*arguments)

    assert run.wait() == pytest.ExitCode.USAGE_ERROR, run.text
    for word in words:
        assert run.text.count(word) == 1, run.text
    assert "Traceback" not in run.text
    assert not run.directory.exists()
