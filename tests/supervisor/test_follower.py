# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.diagnosis.screen import Screen
from pytest_dynamo.launch.plan import Process
from pytest_dynamo.supervisor.follower import Follower, Turns
from pytest_dynamo.watch.lines import Line, LineReader

if TYPE_CHECKING:
    from pathlib import Path

LOG = (
    b" 3: Loading weights:  25%\r 3: Loading weights:  50%\n"
    b" 7: all is well 1\n"
    b" 7: all is well 2\n"
    b"10: torch.OutOfMemoryError: CUDA out of memory\n"
    b" 7: all is well 3\n"
    b"srun: error: node2: task 10: Exited with exit code 1\n"
    b" 3: the last word without an end"
)
STEP = Process("step", "step", "worker", (), "log", ("n",), (3, 7, 10), labelled=True)


def follow(path: Path, size: int, *, attentive: bool) -> tuple[Follower, list[Line]]:
    """Return what a follower says of the log, written in pieces of some size."""
    path.touch()
    follower = Follower.of(STEP, path, Screen())
    lines = []
    for at in range(0, len(LOG), size):
        with path.open("ab") as file:
            file.write(LOG[at : at + size])
        lines += follower.read(attentive=attentive)
    lines += follower.read(attentive=attentive, ended=True)
    return follower, lines


def every() -> list[Line]:
    reader = LineReader("step", labelled=True)
    return [*reader.feed(LOG), *reader.close()]


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_what_is_picked_does_not_depend_on_how_a_log_is_written(size: int, tmp_path: Path) -> None:
    follower, lines = follow(tmp_path / "log", size, attentive=False)

    assert [line for line in every() if Screen().picks(line.text)] == lines
    assert len(LOG) == follower.told
    os.close(follower.log)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_the_latest_line_of_each_is_among_what_an_attentive_look_finds(
    size: int, tmp_path: Path
) -> None:
    follower, lines = follow(tmp_path / "log", size, attentive=True)

    latest = {line.rank: line for line in every()}
    assert latest.items() <= {line.rank: line for line in lines}.items()
    os.close(follower.log)


def test_last_words_are_those_that_were_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(LOG)
    follower = Follower.of(STEP, path, Screen())
    follower.read()
    with path.open("ab") as file:
        file.write(b" and more\n 7: too late\n")

    words = follower.last_words(1)

    assert [(10, 4), (7, 5)] == [(line.rank, line.number) for line in words if line.rank != 3]
    os.close(follower.log)


def test_a_line_without_end_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * 3_000_000)
    follower = Follower.of(STEP, path, Screen())

    follower.read()

    assert len(follower.rest) <= 256 * 1024
    os.close(follower.log)


def test_of_many_each_has_its_turn() -> None:
    turns, many = Turns(), list(range(4096))

    seen = [each for _ in range(8) for each in turns.due(many)]

    assert many == sorted(seen)
    assert [1, 2] == turns.due([1, 2])
