# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tried

from pytest_dynamo.diagnosis.screen import Screen
from pytest_dynamo.diagnosis.words import blames_anyone, lost_lease, tells_of_error, was_told

SCREEN = Screen(["num_heads % tp_size", "NATS not reachable yet", "status -80 (Endpoint"])
#: What a healthy rank says, over and over with other numbers.
HEALTHY = (
    "%2d: [11/21/2026-09:%02d:%02d] [TRT-LLM] [I] Run generation only, iter = %d, rank = %d\n"
)
WORDS = st.sampled_from([*SCREEN.words, "iter = 12", " 5: ", "all is well", "status -81 (E", "7"])
LINES = st.lists(WORDS, max_size=4).map(" ".join)


@given(lines=st.lists(LINES, max_size=12))
@tried(1000)
def test_a_block_is_picked_as_its_lines_are(lines: list[str]) -> None:
    block = "\n".join(lines).encode()

    expected = [(at, line.encode()) for at, line in enumerate(lines) if SCREEN.picks(line)]
    assert expected == SCREEN.pick(block)


@pytest.mark.parametrize(
    "text",
    [
        "rank0: lost rank 5, aborting the world", "rank 5 was told to stop",
        "rank 0 not reached at node1:5555 in 6 s", "rank 0 was gone already: [Errno 32]",
        "rank 5, 7 of decode0 did not arrive in 6 s", "rank0: refused rank 3, which is 3",
        "MPI_ABORT was invoked on rank 5 in communicator", "Connection closed by remote peer",
        "mpirun noticed that process rank 5 with PID 0 on node n exited on signal 9",
        "Connection reset by peer", "Connection closed by peer",
        "remote process exiting prematurely", "Received shutdown from the operator",
        "Remote MPI worker died", "MPI worker future failed",
        "Peer rank reported a fatal error, leaving the executor loop", "keep alive task failed",
        "ValueError: a", "x ERROR y", "FATAL: y", "CRITICAL", "Traceback (most",
        "thread 'main' panicked at src", "x error: a",
        "[TRT-LLM] [E] b", "[FTL] nats", "assert x",
        "Assertion failed", "out of memory", "Received signal 15", "caught SIGTERM, ending",
        "graceful shutdown", "Shutdown signal received",
        "gracefully shutting down", "got SIGINT",
        "double free or corruption (!prev)", "free(): invalid pointer", "malloc(): corrupted top",
        "munmap_chunk(): invalid pointer", "corrupted size vs. prev_size", "realloc(): bad next",
        "*** stack smashing detected ***", "terminate called without an active exception",
        "There are not enough slots available", "Your job has requested more processes than",
        "A request was made to bind", "Open MPI tried to fork", "mpirun was unable to launch",
    ],
)  # fmt: skip
def test_what_tells_of_trouble_is_picked(text: str) -> None:
    assert tells_of_error(text) or blames_anyone(text) or was_told(text) or lost_lease(text)
    assert SCREEN.picks(text)
    assert SCREEN.pick(text.encode()) == [(0, text.encode())]


def test_healthy_lines_cost_less_by_the_block_than_one_by_one() -> None:
    lines = [HEALTHY % (n % 72, n % 60, n % 60, n, n % 72) for n in range(20_000)]
    block = "".join(lines).encode()

    began = time.process_time()
    assert SCREEN.pick(block) == []
    whole = time.process_time() - began
    began = time.process_time()
    assert not any(SCREEN.picks(line) for line in lines)
    apart = time.process_time() - began

    assert whole < apart / 2


def test_a_word_of_digits_alone_is_still_found() -> None:
    assert Screen(["4711"]).pick(b"a 4711 b\nc 4712 d") == [(0, b"a 4711 b")]
