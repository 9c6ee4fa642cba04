# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A process waits for NATS.

Why: It does so for two minutes merely because NATS_SERVER is set, also where requests go over TCP.

Remedy: Start NATS, or unset NATS_SERVER where NATS is not wanted.

Source: Dynamo, `runtime/src/transports/nats.rs`, 1.6.1 run
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI102",
    "nats-not-reachable-yet",
    role="confirmation",
    fault="infrastructure",
    engine="dynamo",
    texts=("NATS not reachable yet",),
    phase="services",
    since="1.0.0",
    samples=(
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[33m WARN\x1b[0m \x1b[2mdynamo_runtime::transports::nats\x1b[0m\x1b[2m:\x1b[0m NATS not reachable yet; retrying startup connection attempt=3 remaining=110s",
    ),
    near_misses=(
        "NATS startup connection timed out after 120 seconds (26 attempts)",
        "[4711] 2026/11/21 09:19:49.741499 [INF] Server is ready",
    ),
)
