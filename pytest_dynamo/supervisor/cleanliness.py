# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whether a node is clean of a run: its processes, its shared memory, its ports, its GPU memory."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_dynamo.supervisor.identity import Identity, labelled
from pytest_dynamo.watch.leftovers import SETTLE_MIB, held

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_dynamo.launch.plan import Port, Worker
    from pytest_dynamo.watch.leftovers import Held

_SHM = Path("/dev/shm")
#: Shared memory of WideEP engines and of NCCL.
_SHM_PREFIXES = ("moe_", "nccl-")
#: How long killed processes may take to leave the process table, in seconds.
_GONE_S = 5.0


@dataclass(frozen=True, slots=True)
class Leftover:
    """One thing that a run left on a node, and how to remove it."""

    kind: str
    where: str
    what: str
    remedy: str

    def to_dict(self) -> dict[str, Any]:  # Any: a JSON object
        """Return what ``teardown.json`` holds."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was on the node before the run; GPU memory in MiB by index, None without a driver."""

    shm: frozenset[str]
    gpu_memory: tuple[int, ...] | None


def baseline() -> Baseline:
    """Return what is on this node now."""
    return Baseline(_shm_files(), gpu_memory())


def gpu_memory() -> tuple[int, ...] | None:
    """Return the memory in use on each GPU in MiB, None where there is no NVIDIA driver."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    query = [program, "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=10, check=False)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        return None
    return tuple(int(line) for line in done.stdout.split() if line.isdigit())


def memory(before: Baseline, worker: Worker) -> list[Held]:
    """Return what the GPUs of a worker on this node hold, and held before the launch."""
    was, now = (dict(enumerate(each or ())) for each in (before.gpu_memory, gpu_memory()))
    return [
        item
        for node, gpus in zip(worker.nodes, worker.gpus, strict=True)
        for item in held(node, was, now, gpus)
    ]


def sweep(run_id: str) -> tuple[list[str], list[Leftover]]:
    """End and remove what provably belongs to a run: its label in the environment or in the name.

    Returns what was removed, and what could not be.
    """
    strays = [item for item in labelled(run_id) if item.pid != os.getpid()]
    removed = [f"process {item.pid}" for item in strays if item.signal(signal.SIGKILL)]
    left = [
        Leftover("process", "this node", f"process {stray.pid} survives SIGKILL", "reboot the node")
        for stray in _surviving(strays)
    ]
    for name in sorted(_shm_files()):
        if run_id in name:
            try:
                (_SHM / name).unlink()
                removed.append(f"/dev/shm/{name}")
            except OSError as error:
                what = f"/dev/shm/{name}: {error.strerror}"
                left.append(Leftover("shm", "this node", what, f"rm /dev/shm/{name}"))
    return removed, left


def verify(before: Baseline, ports: Iterable[Port]) -> tuple[list[Leftover], list[str]]:
    """Compare the node with what it was before; return leftovers, and what could not be checked."""
    left = [
        Leftover(
            "shm",
            "this node",
            f"/dev/shm/{name} appeared during the run and is yours",
            f"rm /dev/shm/{name}",
        )
        for name in sorted(_shm_files() - before.shm)
        if _owned(_SHM / name)
    ]
    for port in ports:
        if in_use(port.host, port.number):
            what = f"port {port.number} ({port.purpose}) still listens"
            left.append(Leftover("port", port.host, what, f"ss -ltnp 'sport = :{port.number}'"))
    unproven = []
    now = gpu_memory()
    if before.gpu_memory is None or now is None:
        unproven.append("GPU memory: no NVIDIA driver on this node")
    else:
        for index, (was, is_) in enumerate(zip(before.gpu_memory, now, strict=False)):
            if is_ > was + SETTLE_MIB:
                what = f"GPU {index} holds {is_} MiB, {was} MiB before the run"
                left.append(Leftover("gpu", "this node", what, f"nvidia-smi -i {index}"))
    return left, unproven


def in_use(host: str, number: int) -> bool:
    """Return whether something listens on a port of this host."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        # connections of our own that linger in TIME_WAIT are no listener
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def _surviving(strays: list[Identity]) -> list[Identity]:
    deadline = time.monotonic() + _GONE_S
    while (alive := [stray for stray in strays if stray.alive]) and time.monotonic() < deadline:
        time.sleep(0.01)
    return alive


def _shm_files() -> frozenset[str]:
    if not _SHM.is_dir():
        return frozenset()
    return frozenset(path.name for path in _SHM.iterdir() if path.name.startswith(_SHM_PREFIXES))


def _owned(path: Path) -> bool:
    try:
        return path.lstat().st_uid == os.getuid()
    except FileNotFoundError:
        return False
