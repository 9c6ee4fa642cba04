# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Addresses of etcd, NATS and the head node that other nodes cannot reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _address, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN409",
    "services-unreachable",
    level="error",
    since="0.1",
    strikes="submit",
    text="Failed to connect to etcd server with config ClientOptions ... tcp connect error: "
    "Connection refused (os error 111)",
    source="guide 002: etcd needs further arguments to be discoverable from other nodes; guide "
    "004 advertises http://0.0.0.0:2379",
    bad="""
    roles: {prefill: {}, decode: {}}
    services: {etcd_endpoints: "127.0.0.1:2379"}
    """,
    good="""
    roles: {prefill: {}, decode: {}}
    services: {etcd_endpoints: "10.0.0.1:2379"}
    """,
)
def services_unreachable(case: Case) -> Iterator[Flag]:
    """A loopback or wildcard address for etcd, NATS or the head, with more than one node.

    Why: 127.0.0.1 and 0.0.0.0 mean another machine on every node, so all workers off the head
    node look for the service on themselves. ``hostname -i`` gives 127.0.1.1 on some systems, and
    an etcd that advertises 0.0.0.0 hands that address to every client that asks.

    Remedy: give the address of the head node that the other nodes reach; listening on the
    wildcard is right, advertising it is not.
    """
    if (case.nodes_needed or case.topology.nodes or 1) == 1:
        return
    services = case.topology.services
    for key, text in (
        ("head_node_ip", services.head_node_ip),
        ("etcd_endpoints", services.etcd_endpoints),
        ("nats_server", services.nats_server),
    ):
        for part in (text or "").split(","):
            address = _address.parse(part)
            if address is not None and _address.is_local_only(address.host):
                yield Flag(
                    ("services", key),
                    f"{part!r} is reached on its own node only; the topology fills "
                    f"{case.nodes_needed or case.topology.nodes} nodes",
                    "the head node's address as the other nodes see it",
                )
