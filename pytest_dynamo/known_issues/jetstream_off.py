# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NATS runs without JetStream, which Dynamo keeps its model cards in.

Why: The server was started without --jetstream, or its account may not use it.

Remedy: Start nats-server with -js.

Source: nats-server, `server/errors.json`; Dynamo before 0.8
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI116",
    "jetstream-off",
    role="root",
    fault="config",
    engine="nats",
    texts=(
        "jetstream not enabled",
        "JetStream not enabled",
        "JetStream not available: no responders",
        "jetstream is not enabled",
        "JetStream is not enabled",
        # nobody answers who asks for it
        "ServiceUnavailableError: code=None err_code=None",
        "jetstream unavailable",
        "JetStream unavailable",
        "JetStream is not supported in this account",
    ),
    samples=(
        "Exception: JetStream not available: JetStream not available: no responders",
        "Exception: JetStream not available: jetstream unavailable",
        "Exception: JetStream not available: JetStream unavailable",
        "nats.js.errors.ServiceUnavailableError: nats: ServiceUnavailableError: code=None err_code=None description='None'",
        "Exception: JetStream not available: error: request failed: jetstream not enabled",
        "Exception: NATS get_object_store error: failed to get Object Store: request error: jetstream not enabled",
        "nats: JetStream not enabled for account",
        "error: jetstream is not enabled (10076)",
        "nats: error: JetStream is not enabled for account",
        "JetStream Account Information:    JetStream is not supported in this account",
    ),
    near_misses=("nats.js.errors.ServiceUnavailableError: nats: ServiceUnavailableError: code=503 err_code=10008 description='JetStream system temporarily unavailable'", "[1] 2026/11/21 09:19:49.741499 [INF] Starting JetStream"),
)
