# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What this host offers a launcher: the nodes of a Slurm allocation, programs, free ports."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_dynamo import standin
from pytest_dynamo.errors import LaunchError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCONTROL_S = 10
_PROGRAMS = ("etcd", "nats-server")


def slurm_job(environ: Mapping[str, str]) -> str | None:
    """Return the id of the Slurm job this process is in, None outside of any."""
    return environ.get("SLURM_JOB_ID") or environ.get("SLURM_JOBID")


def slurm_nodes(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the host names of the allocation, in Slurm's order.

    Raises:
        LaunchError: not in an allocation, or ``scontrol`` does not answer.
    """
    nodelist = environ.get("SLURM_JOB_NODELIST") or environ.get("SLURM_NODELIST")
    if not nodelist:
        raise LaunchError(
            "this is no Slurm allocation: SLURM_JOB_NODELIST is not set",
            remedy="salloc first, or --dynamo-launcher=local",
        )
    command = ["scontrol", "show", "hostnames", nodelist]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SCONTROL_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise LaunchError(
            f"{' '.join(command)} failed: {error}",
            where=os.uname().nodename,
            remedy="run where Slurm's client programs are installed",
        ) from error
    return tuple(done.stdout.split())


def programs() -> dict[str, str]:
    """Return the paths of what the launchers may start: this Python, the stand-ins, services."""
    found = {"python": sys.executable, "standin": str(Path(standin.__file__).parent)}
    for name in _PROGRAMS:
        if path := shutil.which(name):
            found[name] = path
    return found


def free_ports(count: int) -> tuple[int, ...]:
    """Return that many different TCP ports of the loopback interface that are free now."""
    with ExitStack() as stack:
        ports = []
        for _ in range(count):
            probe = stack.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            ports.append(probe.getsockname()[1])
    return tuple(ports)
