# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.supervisor.identity import LABEL, Identity, labelled, start_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that carries the label of a run."""
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", "import time; print(flush=True); time.sleep(60)"],
        env={**os.environ, LABEL: "run-of-the-test"},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_process_has_one_identity_for_its_life(sleeper: subprocess.Popen[bytes]) -> None:
    first, second = Identity.of(sleeper.pid), Identity.of(sleeper.pid)

    assert first == second
    assert first is not None
    assert first.alive


def test_a_zombie_is_not_alive(sleeper: subprocess.Popen[bytes]) -> None:
    identity = Identity.of(sleeper.pid)
    assert identity is not None

    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)

    assert not identity.alive
    assert start_of(sleeper.pid) is None
    assert not identity.signal(signal.SIGTERM)


def test_a_number_that_was_reused_is_not_signalled(sleeper: subprocess.Popen[bytes]) -> None:
    identity = Identity.of(sleeper.pid)
    assert identity is not None

    earlier = replace(identity, start=identity.start - 1)

    assert not earlier.alive
    assert not earlier.signal(signal.SIGKILL)
    assert sleeper.poll() is None


def test_another_boot_makes_another_process(sleeper: subprocess.Popen[bytes]) -> None:
    identity = Identity.of(sleeper.pid)
    assert identity is not None

    assert not replace(identity, boot="another").alive


def test_a_label_finds_its_processes_and_no_others(sleeper: subprocess.Popen[bytes]) -> None:
    assert [item.pid for item in labelled("run-of-the-test")] == [sleeper.pid]
    assert labelled("run-of-the") == []


def test_an_identity_survives_being_written_down() -> None:
    me = Identity.of(os.getpid())
    assert me is not None

    assert Identity.from_dict(me.to_dict()) == me
