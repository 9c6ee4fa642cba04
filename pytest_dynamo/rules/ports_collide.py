# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The ports that the head node's processes listen on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN405",
    "ports-collide",
    level="error",
    since="0.1",
    strikes="submit",
    text="Failed to bind to address 0.0.0.0:8000: Address already in use (os error 98)",
    source="guide 003: frontend 8000, etcd 2379 and 2380, NATS 4222, all on the head node",
    bad="""
    frontend: {http_port: 4222}
    """,
    good="""
    frontend: {http_port: 8000}
    """,
)
def ports_collide(case: Case) -> Iterator[Flag]:
    """Two processes of the head node that are to listen on one port.

    Why: frontend, etcd, NATS and the head of a Ray cluster share the head node; the second to
    start cannot bind and exits.

    Remedy: give each a port of its own.
    """
    topology = case.topology
    services = topology.services
    ports: list[tuple[tuple[str, ...], int]] = [
        (("frontend", "http_port"), topology.frontend.http_port)
    ]
    if services.etcd_endpoints is None:
        ports += [
            (("services", "etcd_port"), services.etcd_port),
            (("services", "etcd_peer_port"), services.etcd_peer_port),
        ]
    if services.nats_server is None:
        ports.append((("services", "nats_port"), services.nats_port))
    if topology.ray is not None:
        ports.append((("ray", "port"), topology.ray.port))
    first: dict[int, tuple[str, ...]] = {}
    for path, port in ports:
        if port not in first:
            first[port] = path
            continue
        taken = {number for _, number in ports}
        free = next(
            number for number in range(port + 1, port + 1 + len(ports) * 2) if number not in taken
        )
        written = path if topology.where(path) != topology.where(path[:1]) else first[port]
        yield Flag(
            written,
            f"{'.'.join(first[port])} and {'.'.join(path)} are both {port} on the head node",
            f"another port for one of them, {free} for instance",
        )
