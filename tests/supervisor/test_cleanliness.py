# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.launch.plan import Port, Worker
from pytest_dynamo.supervisor import cleanliness
from pytest_dynamo.supervisor.identity import LABEL
from pytest_dynamo.watch.leftovers import Held

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def run_id() -> str:
    return f"test-{secrets.token_hex(8)}"


@pytest.fixture
def shm(run_id: str) -> Iterator[Path]:
    """A file as a WideEP engine leaves it, named after a run."""
    path = Path(f"/dev/shm/moe_shared_{run_id}_decode0")
    path.touch()
    yield path
    path.unlink(missing_ok=True)


def test_what_carries_the_label_of_a_run_is_removed(run_id: str, shm: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-S", "-c", "import time; time.sleep(60)"],
        env={**os.environ, LABEL: run_id},
    )

    # what the new process shows as its environment is ours until it has begun
    while run_id.encode() not in Path(f"/proc/{child.pid}/environ").read_bytes():
        assert child.poll() is None
    removed, left = cleanliness.sweep(run_id)

    assert removed == [f"process {child.pid}", f"/dev/shm/{shm.name}"]
    assert left == []
    assert child.wait(10) == -9
    assert not shm.exists()


def test_what_another_run_left_is_not_touched(shm: Path) -> None:
    assert cleanliness.sweep("some-other-run") == ([], [])
    assert shm.exists()


def test_shared_memory_that_appeared_is_a_leftover(run_id: str) -> None:
    before = cleanliness.baseline()
    path = Path(f"/dev/shm/moe_{run_id}")
    path.touch()
    try:
        left, _ = cleanliness.verify(before, ())
    finally:
        path.unlink()

    assert [item.remedy for item in left if run_id in item.what] == [f"rm {path}"]


def test_a_port_that_still_listens_is_a_leftover() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        port = Port("127.0.0.1", number, "OpenAI frontend")
        busy, _ = cleanliness.verify(cleanliness.baseline(), [port])
    free, _ = cleanliness.verify(cleanliness.baseline(), [port])

    assert [item.what for item in busy] == [f"port {number} (OpenAI frontend) still listens"]
    assert free == []


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        ((0, 0), (0, 63), []),
        ((0, 10), (0, 900), ["GPU 1 holds 900 MiB, 10 MiB before the run"]),
    ],
)
def test_gpu_memory_must_come_back_to_what_it_was(
    before: tuple[int, ...],
    after: tuple[int, ...],
    left: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cleanliness, "gpu_memory", lambda: after)

    found, unproven = cleanliness.verify(cleanliness.Baseline(frozenset(), before), ())

    assert [item.what for item in found if item.kind == "gpu"] == left
    assert unproven == []


def test_without_a_driver_gpu_memory_is_unproven_and_said_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cleanliness, "gpu_memory", lambda: None)

    _, unproven = cleanliness.verify(cleanliness.baseline(), ())

    assert unproven == ["GPU memory: no NVIDIA driver on this node"]


def test_nvidia_smi_is_read_as_it_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 4\necho 139586\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert cleanliness.gpu_memory() == (4, 139586)


def test_what_the_gpus_of_a_worker_hold_is_told_as_far_as_it_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Worker("decode0", "decode", 0, "backend", ("node1",), ((1, 2),))
    before = cleanliness.Baseline(frozenset(), (0, 4))
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 4\necho 21007\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert cleanliness.memory(before, worker) == [Held("node1", 1, before_mib=4, now_mib=21007)]
    assert cleanliness.memory(cleanliness.Baseline(frozenset(), None), worker) == []
