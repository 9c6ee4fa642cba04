# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whether this host can take a plan, and whether what was started on it listens."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_dynamo.diagnosis.diagnose import Diagnosis
from pytest_dynamo.supervisor import cleanliness

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import LaunchPlan

#: Memory of the stand-ins in MiB, measured as proportional set size on Python 3.11: a frontend
#: 90, a rank 0 with the Dynamo runtime 45, any other rank 6; rounded up.
_FRONTEND_MIB, _LEADER_MIB, _RANK_MIB = 110, 60, 8
_ACCEPT_S = 0.2


def unfit(plan: LaunchPlan) -> Diagnosis | None:
    """Return why this host cannot take a plan of stand-ins, None when it can."""
    return _short_memory(plan) or _taken_port(plan)


def accepts(address: str, number: int) -> bool:
    """Return whether a connection to a port is accepted; waits 0.2 s at most."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.settimeout(_ACCEPT_S)
        return probe.connect_ex((address, number)) == 0


def _taken_port(plan: LaunchPlan) -> Diagnosis | None:
    for process in plan.processes:
        for port in process.ports:
            if cleanliness.in_use(port.host, port.number):
                return Diagnosis(
                    phase="services",
                    kind="preflight",
                    where=f"{process.name} on {', '.join(process.nodes)}",
                    what=f"port {port.number} ({port.purpose}) of {port.host} is in use",
                    fault="infrastructure",
                    remedy=f"stop what listens there (ss -ltnp 'sport = :{port.number}'), "
                    "or let the launcher choose a free one",
                )
    return None


def _short_memory(plan: LaunchPlan) -> Diagnosis | None:
    leaders = len(plan.workers)
    needed = _FRONTEND_MIB + leaders * _LEADER_MIB + (plan.ranks - leaders) * _RANK_MIB
    free = _memory_available_mib()
    if free is None or free >= needed:
        return None
    return Diagnosis(
        phase="services",
        kind="preflight",
        where="this node",
        what=f"{free} MiB of memory are available, {plan.ranks} stand-in ranks "
        f"need about {needed} MiB",
        fault="infrastructure",
        remedy="free memory, or take a smaller topology: --topology=local_agg",
    )


def _memory_available_mib() -> int | None:
    """Return the kernel's estimate of memory for new processes, None where it gives none."""
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    return None
