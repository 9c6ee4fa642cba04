# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NATS cuts a client off that reads more slowly than it is sent to.

Why: The client is busy, or events of the KV cache are more than its host or the way to it carries.

Remedy: Give the frontend cores of its own, or raise write_deadline and max_pending of NATS.

Source: nats-server, `server/client.go`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI125",
    "consumer-too-slow",
    role="root",
    fault="infrastructure",
    engine="nats",
    texts=("Slow Consumer", "slow consumer"),
    phase="serving",
    samples=(
        "[1] 2026/03/02 09:19:49.741499 [INF] 10.0.0.4:50122 - cid:14 - Slow Consumer Detected: WriteDeadline of 10s exceeded with 412 chunks of 26214400 total bytes.",
        '[7] 2026/03/02 09:19:49.741499 [ERR] 10.0.0.4:50122 - cid:14 - "v0.43.0:rust" - Client connection closed: Slow Consumer (Write Deadline)',
        " 0: 2026-03-02T09:19:49.741499Z  WARN async_nats: event: slow consumers for subscription 4",
    ),
    near_misses=(
        "[1] 2026/03/02 09:19:49.741499 [INF] 10.0.0.4:50122 - cid:14 - Client connection closed: Client Closed",
    ),
)
