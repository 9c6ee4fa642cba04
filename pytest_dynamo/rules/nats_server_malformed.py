# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The form of NATS_SERVER."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _address, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN407",
    "nats-server-malformed",
    level="error",
    since="0.1",
    strikes="submit",
    text="Failed to connect to NATS server with config ClientOptions",
    source="guides 002 and 004: NATS_SERVER starts with nats://",
    bad="""
    services: {nats_server: "10.0.0.1:4222"}
    """,
    good="""
    services: {nats_server: "nats://10.0.0.1:4222"}
    """,
)
def nats_server_malformed(case: Case) -> Iterator[Flag]:
    """A NATS_SERVER that is not nats://host:port.

    Why: the runtime refuses an address without the scheme before it connects; every worker and
    the frontend exit at once.

    Remedy: write nats://host:port; ETCD_ENDPOINTS needs no scheme, NATS_SERVER does.
    """
    text = case.topology.services.nats_server
    if text is None:
        return
    address = _address.parse(text)
    if address is not None and address.scheme in ("nats", "tls"):
        return
    bare = _address.parse(text.rpartition("://")[2].strip().rstrip("/"))
    meant = f"nats://{bare.host}:{bare.port or 4222}" if bare else "nats://HOST:4222"
    yield Flag(
        ("services", "nats_server"),
        f"{text!r} is not of the form nats://host:port",
        f"nats_server: {meant}",
    )
