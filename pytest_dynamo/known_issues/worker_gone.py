# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The frontend has lost a worker.

Why: It ended or cannot be reached; requests in flight fail, or move to another.

Remedy: Look for the end of the worker.

Source: Dynamo 1.6.1, run
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI206",
    "worker-gone",
    role="echo",
    fault="product",
    engine="dynamo",
    texts=(
        "Service temporarily unavailable",
        "TCP connection unavailable",
        "migration retries exhausted",
        "cannot_connect",
        "Migration limit exhausted",
        "inhibiting instance ",
        "Instance disappeared during routing",
        "Worker disconnected before response stream was",
    ),
    since="1.0.0",
    samples=(
        "0: \x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[33m WARN\x1b[0m \x1b[2mhttp-request: dynamo_llm::http::service::metrics\x1b[0m\x1b[2m:\x1b[0m request failed error=Service temporarily unavailable",
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_runtime::pipeline::network::egress\x1b[0m\x1b[2m:\x1b[0m TCP connection unavailable",
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_llm::migration\x1b[0m\x1b[2m:\x1b[0m migration retries exhausted",
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_runtime::pipeline\x1b[0m\x1b[2m:\x1b[0m request failed error.type=cannot_connect",
        "2025-09-19T06:15:40.302981Z  WARN dynamo_llm::migration: Cannot recreate stream: Migration limit exhausted",
        "2025-11-06T18:33:07.441930Z DEBUG dynamo_runtime::component::client: inhibiting instance 7587890043311737930",
        "2026-06-11T09:14:08.220417Z  WARN dynamo_runtime::pipeline::network::egress::push_router: Instance disappeared during routing, reselecting original_instance=7587893501842094107",
        "2026-08-14T12:30:55.092310Z  WARN dynamo_llm::migration: Creating new stream, retrying error=Disconnected: Worker disconnected before response stream was established",
    ),
    near_misses=(
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[32m INFO\x1b[0m \x1b[2mdynamo_llm::migration\x1b[0m\x1b[2m:\x1b[0m Request migration disabled (limit: 0)",
    ),
)
