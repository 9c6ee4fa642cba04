# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What this host offers a launcher: the nodes of a Slurm allocation, programs, free ports."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_dynamo import standin
from pytest_dynamo.errors import LaunchError
from pytest_dynamo.supervisor import scheduler
from pytest_dynamo.watch import slurm_state

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROGRAMS = ("etcd", "nats-server")
#: Below it are the ports of well-known services.
_FIRST_PORT = 10_240
#: How often to draw for each port that is wanted.
_TRIES = 20
#: Step ids from here on are no steps of ``srun``: a batch script, an interactive shell.
_FIRST_PSEUDO_STEP = 0xFFFFFF00


@dataclass(frozen=True, slots=True)
class Allocation:
    """The Slurm job that this process is in; ``nodes`` are in Slurm's order.

    ``inside_step`` says that this process is itself run by ``srun``, and so holds CPUs that other
    steps would wait for. ``addresses`` has the nodes whose address is known here.
    """

    job: str
    nodes: tuple[str, ...]
    gpus_per_node: int | None
    addresses: dict[str, str]
    inside_step: bool


def slurm_job(environ: Mapping[str, str]) -> str | None:
    """Return the id of the Slurm job this process is in, None outside of any."""
    return environ.get("SLURM_JOB_ID") or environ.get("SLURM_JOBID")


def slurm_allocation(environ: Mapping[str, str]) -> Allocation:
    """Return the allocation that the environment names, as the controller describes it.

    Raises:
        LaunchError: not in an allocation, the controller does not answer, or a node is out.
    """
    job = slurm_job(environ)
    nodelist = environ.get("SLURM_JOB_NODELIST") or environ.get("SLURM_NODELIST")
    if not job or not nodelist:
        raise LaunchError(
            "this is no Slurm allocation: SLURM_JOB_NODELIST is not set",
            remedy="salloc first, or --dynamo-launcher=local",
        )
    if shutil.which("srun", path=environ.get("PATH")) is None:
        raise LaunchError(
            "srun is not installed, or not on PATH",
            where=os.uname().nodename,
            remedy="run where Slurm's client programs are installed",
        )
    names = tuple(scheduler.ask_patiently(["scontrol", "show", "hostnames", nodelist]).split())
    nodes = slurm_state.nodes(scheduler.ask_patiently(slurm_state.nodes_words(nodelist)))
    if out := [node for node in nodes if node.out or node.drained]:
        raise LaunchError(
            ", ".join(map(str, out)),
            where=f"job {job}",
            remedy=f"allocate others: salloc --exclude={','.join(node.name for node in out)}",
        )
    gpus = [node.gpus for node in nodes if node.gpus is not None]
    step = environ.get("SLURM_STEP_ID", "")
    return Allocation(
        job=job,
        nodes=names,
        gpus_per_node=min(gpus) if gpus else None,
        addresses={node.name: found for node in nodes if (found := _address(node.address))},
        inside_step=step.isdigit() and int(step) < _FIRST_PSEUDO_STEP,
    )


def _address(host: str) -> str | None:
    """Return the IPv4 address of a node, None if only the node itself knows a use for it."""
    try:
        found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
    except socket.gaierror:  # then its name has to do
        return None
    address = str(found[0][4][0])
    return None if address.startswith("127.") else address


def programs() -> dict[str, str]:
    """Return the paths of what the launchers may start: this Python, the stand-ins, services."""
    found = {"python": sys.executable, "standin": str(Path(standin.__file__).parent)}
    for name in _PROGRAMS:
        if path := shutil.which(name):
            found[name] = path
    return found


def free_ports(count: int) -> tuple[int, ...]:
    """Return that many different TCP ports of the loopback interface that are free now.

    None of them is one that the kernel gives to whoever connects somewhere: between this look and
    the bind of a process, another program of a busy host would else have taken it.

    Raises:
        LaunchError: nearly all are in use.
    """
    text = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii")
    given, _, _ = text.partition("\t")
    quiet = max(0, int(given) - _FIRST_PORT)
    with ExitStack() as stack:
        ports: list[int] = []
        for _ in range(_TRIES * count):
            number = _FIRST_PORT + secrets.randbelow(quiet) if quiet else 0
            probe = stack.enter_context(socket.socket())
            with suppress(OSError):  # in use
                probe.bind(("127.0.0.1", number))
                ports.append(probe.getsockname()[1])
            if len(ports) == count:
                return tuple(ports)
    raise LaunchError(
        f"{len(ports)} free ports were found where {count} are needed",
        where="the loopback interface",
        remedy="stop what holds so many ports (ss -ltn)",
    )
