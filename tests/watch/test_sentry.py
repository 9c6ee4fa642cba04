# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The shell on a node says that it is there, answers, ends what it is told to, and ends itself."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.watch import sentry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NODE = "node7"
Shell = subprocess.Popen[str]


@pytest.fixture
def post() -> Iterator[Callable[..., Shell]]:
    """Post the real shell on this machine, as a node of that name."""
    shells: list[Shell] = []

    def post(run: str, port: int | None, *paths: str) -> Shell:
        shells.append(
            subprocess.Popen(
                sentry.words(run, port, paths),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={"PATH": os.environ["PATH"], "SLURMD_NODENAME": NODE},
            )
        )
        return shells[-1]

    yield post
    for shell in shells:
        if shell.poll() is None:
            shell.communicate(timeout=60)  # with the end of its input it ends


@pytest.mark.parametrize("listens", [True, False])
def test_it_says_whether_slurmd_listens(post: Callable[..., Shell], listens: bool) -> None:  # noqa: FBT001 - a table's column
    with socket.socket() as slurmd:
        slurmd.bind(("127.0.0.1", 0))
        if listens:
            slurmd.listen()

        said, _, _ = post("run-1", slurmd.getsockname()[1]).stderr.readline().partition("\n")

    assert sentry.heard(said, [NODE]) == (NODE, listens)


def test_where_slurmd_listens_need_not_be_known(post: Callable[..., Shell]) -> None:
    said = post("run-1", None).stderr.readline().strip()

    assert sentry.heard(said, [NODE]) == (NODE, True)


def test_it_answers_more_than_once_and_ends_with_its_input(post: Callable[..., Shell]) -> None:
    shell = post("run-1", None, "/", "/no; 'such' \"path\"")

    output, _ = shell.communicate(sentry.look(1) + sentry.look(2), timeout=60)

    labelled = "".join(f" 3: {line}\n" for line in output.splitlines())
    labelled = f" 3: {NODE} up\n{labelled} 3: {NODE} alone\n"
    for number in (1, 2):
        report = sentry.answers(labelled, number, [NODE])[NODE]
        assert report.absent == ("/no; 'such' \"path\"",)
    assert sentry.answers(labelled, 3, [NODE]) == {}
    assert shell.returncode == 0


def test_it_ends_the_processes_of_these_steps_and_no_others(post: Callable[..., Shell]) -> None:
    def rank(run: str, step: str | None) -> subprocess.Popen[bytes]:
        where = {"SLURM_STEP_ID": step} if step else {}
        return subprocess.Popen(
            [sys.executable, "-S", "-c", "print(flush=True); input()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PYTEST_DYNAMO_RUN": run, **where},
        )

    me = f"run-{os.getpid()}"
    mine, other, another, client = rank(me, "5"), rank(me, "15"), rank("run-2", "5"), rank(me, None)
    for each in (mine, other, another, client):
        assert each.stdout
        each.stdout.readline()

    shell = post(me, None)
    elsewhere = sentry.end("TERM", ["node1"], ["9.15"])
    here = sentry.end("TERM", ["node1", NODE], ["9.4", "9.5"])
    shell.communicate(elsewhere + here, timeout=60)

    assert mine.wait(10) == -15
    for each in (other, another, client):
        assert each.poll() is None
        each.kill()
        each.communicate()
    mine.communicate()


@pytest.mark.parametrize("text", ["node7", "node7 down", "node8 up", "up", "#1 {}", ""])
def test_other_words_are_no_signs_of_life(text: str) -> None:
    assert sentry.heard(text, [NODE]) is None
