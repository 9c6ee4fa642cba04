# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The NATS server is too old for this runtime, or runs without JetStream.

Why: The runtime does not understand its answer.

Remedy: Install a newer nats-server and start it with -js, or do without NATS.

Source: Dynamo 0.8 with nats-server 2.9.10, run
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI108",
    "nats-too-old",
    role="root",
    fault="infrastructure",
    engine="dynamo",
    texts=(
        "JetStream not available",
        'unknown field "jetstream"',
        "not supported by nats-server",
        "headers not supported by this server",
    ),
    pattern=r"^(?!.*[Jj]et[Ss]tream (?:(?:is )?not enabled|unavailable|.*no responders))|not supported by nats-server|headers not supported by this server",
    phase="services",
    since="0.8.0",
    samples=(
        "Exception: JetStream not available: error: request failed: data did not match any variant of untagged enum Response",
        'nats-server: /etc/nats/nats.conf:4:1: unknown field "jetstream"',
        "Error: nats: multiple consumer filter subjects not supported by nats-server",
        "nats: error: nats: headers not supported by this server",
    ),
    near_misses=("Exception: JetStream not available: error: request failed: jetstream not enabled", "[4711] 2026/11/21 09:19:49.741499 [INF] Starting JetStream"),
)
