# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NATS takes no more connections.

Why: Each rank and each frontend holds some, and max_connections of the server is less.

Remedy: Raise max_connections in the configuration of the NATS server.

Source: nats-server, `server/errors.go`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI115",
    "nats-connections-exhausted",
    role="root",
    fault="config",
    engine="nats",
    texts=(
        "aximum connections exceeded",
        "aximum account active connections exceeded",
        "closed: Maximum Connections Exceeded",
    ),
    samples=(
        "[1] 2026/11/21 09:19:49.741499 [ERR] maximum connections exceeded",
        "2026-11-21T09:19:49.741499Z ERROR dynamo_runtime::worker: Failed to connect to NATS server: maximum connections exceeded",
        "nats: Maximum account active connections exceeded",
        "[1] 2026/02/14 03:10:51.402144 [DBG] 10.0.3.44:51022 - cid:1026 - Client connection closed: Maximum Connections Exceeded",
    ),
    near_misses=("[1] 2026/11/21 09:19:49.741499 [INF] maximum connections: 65536",),
)
