# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Ports of a run's own, for nodes that another deployment uses at the same time."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_dynamo.topology.model import Topology

#: Below the ports that kernels hand out to clients (32768), above those of services.
_FIRST, _END = 12_000, 32_000
#: Where the ranks of the first worker's stand-ins meet; the next one's is one higher.
_RENDEZVOUS = 19_300
_RENDEZVOUS_OFFSET = 8


def of_run(topology: Topology, run_id: str) -> tuple[Topology, int]:
    """Return the topology with the ports it is launched with, and the first port of rendezvous.

    Ports of its own follow from the run's id alone, so that a plan can be made again; whether they
    are free is for the nodes to say before the launch.
    """
    if not topology.services.per_run_ports:
        return topology, _RENDEZVOUS
    size = _RENDEZVOUS_OFFSET + sum(role.workers for role in topology.roles.values())
    first = _FIRST + zlib.crc32(run_id.encode()) % (_END - _FIRST - size)
    services = {"etcd_port": first + 1, "etcd_peer_port": first + 2, "nats_port": first + 3}
    changed: dict[str, object] = {
        "frontend": topology.frontend.model_copy(update={"http_port": first}),
        "services": topology.services.model_copy(update=services),
    }
    if topology.ray:  # its node manager listens on the next one
        changed["ray"] = topology.ray.model_copy(update={"port": first + 4})
    return topology.model_copy(update=changed), first + _RENDEZVOUS_OFFSET
