# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A rank other than 0 speaks, loads and ends as documented; the test is its rank 0."""

from __future__ import annotations

import re
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.standin.rank import Rank, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Actor, Stage

OPTIONS = {
    "--worker": "decode0",
    "--role": "decode",
    "--rendezvous": "node1:4000",
    "--model-name": "m",
    "--model-path": "/models/m",
    "--endpoint": "dynamo.backend.generate",
}


class Leader:
    """The test, listening as rank 0."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(5)
        self.port = int(self.server.getsockname()[1])
        self.link = socket.socket()

    def meet(self) -> list[str]:
        """Return what the next rank says at the rendezvous."""
        self.link.close()
        self.link, _ = self.server.accept()
        self.link.settimeout(5)
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.link.makefile(encoding="utf-8") as file:
            return file.readline().rstrip("\n").split("\t")


@pytest.fixture
def leader() -> Iterator[Leader]:
    leader = Leader()
    yield leader
    leader.link.close()
    leader.server.close()


def rank_one(stage: Stage, leader: Leader, *more: str, **environment: str) -> Actor:
    return stage.rank("decode0", 1, 4, leader.port, *more, **environment)


def slurm(rank: int, world: int) -> dict[str, str]:
    return {"SLURM_PROCID": str(rank), "SLURM_NTASKS": str(world)}


def made(*more: str, **environment: str) -> Rank:
    words = [word for item in OPTIONS.items() for word in item]
    return Rank(parse([*words, *more]), environment)


def test_rank_and_world_come_from_slurm_before_mpi() -> None:
    mpi = {"OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2"}
    both = made(SLURM_PROCID="3", SLURM_NTASKS="8", **mpi)

    assert (both.number, both.world) == (3, 8)
    assert (made(**mpi).number, made(**mpi).world) == (1, 2)
    assert (made().number, made().world) == (0, 1)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--speed", "1"], "--speed is none of --worker VALUE"),
        (["--worker"], "--worker is none of"),
        (["--role", "encode"], "--role encode is none of agg, prefill, decode"),
        (["--era", "2024"], "--era 2024 is none of 2025, 2026"),
    ],
)
def test_wrong_options_are_refused_with_the_right_ones(more: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        made(*more)


def test_missing_options_are_named() -> None:
    with pytest.raises(ValueError, match="--role, --rendezvous, --model-name"):
        parse(["--worker", "decode0"])


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"SLURM_PROCID": "4"}, "rank 4 is none of a world of 4"),
        ({"STANDIN_FAULT": "decode0:1@start:die"}, "act 'die' is none of kill"),
    ],
)
def test_a_wrong_environment_ends_a_rank_with_2(
    stage: Stage, environment: dict[str, str], said: str
) -> None:
    stage.environment |= environment
    actor = stage.rank("decode0", int(environment.get("SLURM_PROCID", "1")), 4, 1)

    assert (actor.ended(), said in actor.text) == (2, True)


@pytest.mark.parametrize(
    ("era", "bar"), [("2025", "Loading weights"), ("2026", "Loading weights concurrently")]
)
def test_a_rank_says_what_the_launch_chain_and_the_engine_say(
    stage: Stage, leader: Leader, era: str, bar: str
) -> None:
    actor = rank_one(stage, leader, "--era", era)
    leader.meet()
    lines = actor.text.splitlines()

    assert lines[:3] == [
        "\033[33mmpi_rank: 1\033[0m",
        "\033[33mtllm_mpi_size: 4\033[0m",
        "\033[33mrank1 run mgmn worker node with mpi_world_size: 4 ...\033[0m",
    ]
    assert lines[3] == f"{bar}:   0%|          | 0/801 [00:00<?, ?it/s]"
    assert re.fullmatch(rf"{bar}:  25%\|██▌ {{7}}\| 200/801 \[00:00<00:00, [\d.]+it/s\]", lines[4])
    assert re.fullmatch(rf"{bar}: 100%\|█{{10}}\| 801/801 \[00:00<00:00, [\d.]+it/s\]", lines[7])
    assert re.fullmatch(r"Model init total -- 0\.(1[5-9]|2\d|3\d)s", lines[8])


@given(st.integers(2, 72), st.sampled_from(["decode0", "prefill13"]))
def test_ranks_load_for_different_times_around_the_one_given(world: int, worker: str) -> None:
    times = [
        made("--worker", worker, "--load-seconds", "10", **slurm(rank, world)).load_time_s
        for rank in range(world)
    ]

    assert all(7.5 <= time <= 12.5 for time in times)
    assert len(set(times)) == world


def test_the_slowest_of_many_ranks_is_clearly_slower_than_the_fastest() -> None:
    ranks = [made("--load-seconds", "10", **slurm(rank, 72)) for rank in range(72)]
    times = [rank.load_time_s for rank in ranks]

    assert min(times) < 8
    assert max(times) > 12


def test_a_rank_loads_for_the_same_time_again() -> None:
    assert made(**slurm(3, 8)).load_time_s == made(**slurm(3, 8)).load_time_s


def test_a_rank_says_who_it_is(stage: Stage, leader: Leader) -> None:
    rank_one(stage, leader, STANDIN_RUN="run 7")
    words = leader.meet()

    assert words == ["hello", "run 7", "decode0", "1", "4"]


@pytest.mark.parametrize(
    ("told", "status", "said"),
    [
        (b"bye\n", 0, ""),
        (b"refused has arrived already\n", 3, "rank1: refused by rank 0: has arrived already"),
        (b"", 5, "rank1: lost rank 0"),
    ],
)
def test_a_rank_ends_as_rank_0_ends(
    stage: Stage, leader: Leader, told: bytes, status: int, said: str
) -> None:
    actor = rank_one(stage, leader)
    leader.meet()
    leader.link.send(told)
    leader.link.close()

    assert (actor.ended(0.5), said in actor.text) == (status, True)


def test_orders_may_arrive_cut_and_joined(stage: Stage, leader: Leader) -> None:
    actor = rank_one(stage, leader, STANDIN_FAULT="decode0:1@serving=2:exit1")
    leader.meet()
    for piece in (b"serv", b"ing 1\nserving", b" 2\nbye\n"):
        leader.link.send(piece)

    assert actor.ended(0.5) == 1


def test_a_rank_that_finds_no_rank_0_says_where_it_looked(
    stage: Stage, leader: Leader
) -> None:
    leader.server.close()
    actor = rank_one(stage, leader, "--load-seconds", "0", "--rendezvous-timeout", "0.1")

    assert actor.ended() == 5
    assert f"rank1: rank 0 not reached at 127.0.0.1:{leader.port} in 0.1 s: " in actor.text


@pytest.mark.parametrize("when", ["loading", "met"])
def test_sigterm_ends_a_rank_with_0_and_a_word(
    stage: Stage, leader: Leader, when: str
) -> None:
    actor = rank_one(stage, leader, "--load-seconds", "60" if when == "loading" else "0")
    if when == "met":
        leader.meet()
    stage.until_said(actor, "Loading weights")
    actor.process.terminate()

    assert actor.ended(0.5) == 0
    assert when == "loading" or leader.link.recv(10) == b"bye\n"


@pytest.mark.parametrize("at", ["start", "load=0.5", "loaded", "serving"])
@pytest.mark.parametrize(
    ("act", "status", "said"),
    [
        ("kill", -9, ""),
        ("exit0", 0, ""),
        ("exit1", 1, ""),
        ("oom", 1, "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.62 GiB. GPU 0"),
        ("heads", 1, "assert self.num_heads % tp_size == 0\n"),
        ("exception", 1, "RuntimeError: Executor worker on rank 1 failed"),
    ],
)
def test_a_fatal_fault_ends_a_rank_at_its_stage(  # noqa: PLR0917 each is a column of the table
    stage: Stage, leader: Leader, at: str, act: str, status: int, said: str
) -> None:
    fault = f"decode0:1@{at}:{act}"
    actor = rank_one(stage, leader, "--load-seconds", "0.1", STANDIN_FAULT=fault)
    if at == "serving":
        leader.meet()
        leader.link.send(b"serving 1\n")

    assert actor.ended() == status
    assert said in actor.text
    assert {
        "start": [],
        "load=0.5": ["  0%", " 25%"],
        "loaded": ["  0%", " 25%", " 50%", " 75%", "100%"],
        "serving": ["  0%", " 25%", " 50%", " 75%", "100%"],
    }[at] == re.findall(r": (.{4})\|", actor.text)


def disposition(actor: Actor, field: str) -> bool:
    """Return whether SIGTERM is in that set of the process: caught or ignored."""
    status = Path(f"/proc/{actor.process.pid}/status").read_text("utf-8")
    mask = int(re.findall(rf"{field}:\s+(\w+)", status)[0], 16)
    return bool(mask >> signal.SIGTERM - 1 & 1)


@pytest.mark.parametrize(("act", "deaf"), [("hang", False), ("deaf", True)])
def test_a_silent_rank_lives_on_and_only_a_deaf_one_ignores_sigterm(
    stage: Stage, leader: Leader, act: str, *, deaf: bool
) -> None:
    actor = rank_one(stage, leader, STANDIN_FAULT=f"decode0:1@serving:{act}")
    leader.meet()
    leader.link.send(b"serving 1\n")
    leader.link.close()  # a rank that listens ends with 5
    stage.until("the fault", lambda: not disposition(actor, "SigCgt"))
    ignored = disposition(actor, "SigIgn")
    actor.process.terminate()
    if ignored:
        actor.process.kill()

    assert ignored is deaf
    assert actor.ended() == (-signal.SIGKILL if deaf else -signal.SIGTERM)
