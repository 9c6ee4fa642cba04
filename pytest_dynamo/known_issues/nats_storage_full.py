# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""JetStream has no room left by its own limits.

Why: Streams of earlier runs fill it, or max_file_store and max_memory_store of the server are
small.

Remedy: Start NATS with an empty store directory, or raise max_file_store and max_memory_store.

Source: nats-server, `server/errors.json` and `server/jetstream.go`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI122",
    "nats-storage-full",
    role="root",
    fault="infrastructure",
    engine="nats",
    texts=(
        "storage resources available",
        "memory resources available",
        "JetStream resource limits exceeded",
        "resource limits exceeded for account",
        "no suitable peers for placement",
        "insufficient resources (10023)",
        "JetStream out of ",
        "err_code=10023",
        "maximum bytes exceeded (code 503",
    ),
    samples=(
        "nats: insufficient storage resources available (10047)",
        "nats: insufficient memory resources available (10028)",
        "[7] 2026/01/12 08:13:02.224107 [ERR] JetStream resource limits exceeded for server",
        "nats: resource limits exceeded for account (10002)",
        "nats: no suitable peers for placement (10005)",
        "error: insufficient resources (10023)",
        "[7] 2026/01/12 08:13:02.224107 [ERR] JetStream out of File resources, will be DISABLED",
        "nats.js.errors.APIError: nats: APIError: code=503 err_code=10023 description='insufficient resources'",
        "prefill-3  | Exception: maximum bytes exceeded (code 503, error code 10077)",
    ),
    near_misses=(
        "[INF]   Max Storage:     1.00 TB",
    ),
)
