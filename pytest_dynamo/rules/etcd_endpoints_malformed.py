# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The form of ETCD_ENDPOINTS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _address, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN408",
    "etcd-endpoints-malformed",
    level="error",
    since="0.1",
    strikes="submit",
    text="Failed to connect to etcd server with config ClientOptions",
    source="guides 002 and 004: ETCD_ENDPOINTS is host:port",
    bad="""
    services: {etcd_endpoints: "10.0.0.1 10.0.1.1:2379"}
    """,
    good="""
    services: {etcd_endpoints: "10.0.0.1:2379,http://10.0.1.1:2379"}
    """,
)
def etcd_endpoints_malformed(case: Case) -> Iterator[Flag]:
    """An ETCD_ENDPOINTS that is not host:port or http(s)://host:port, several by commas.

    Why: no client can connect to it and every process exits at once. HEAD_NODE_IP from
    ``hostname -i`` is a list by blanks where a node has several addresses.

    Remedy: write host:port; of several addresses take the one that the other nodes reach.
    """
    text = case.topology.services.etcd_endpoints
    if text is None:
        return
    for part in text.split(","):
        address = _address.parse(part)
        if address is None or address.scheme not in ("", "http", "https") or address.port is None:
            bare = _address.parse(part.rpartition("://")[2].strip().rstrip("/"))
            meant = f"{bare.host}:{bare.port or 2379}" if bare else "HOST:2379"
            yield Flag(
                ("services", "etcd_endpoints"),
                f"{part!r} is not of the form host:port",
                f"etcd_endpoints: {meant}",
            )
            return
