# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The frontend finds no worker for a request.

Why: The worker has gone, has not registered yet, or registered in another namespace.

Remedy: Look for the end of the worker; where it lives, compare its namespace with the frontend's.

Source: Dynamo 0.3 to 0.5, run; dynamo issues 732, 1202 and 1280
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI204",
    "no-responders",
    role="echo",
    fault="product",
    engine="dynamo",
    texts=(
        "no responders: no responders",
        "no instances found for endpoint",
        "Stream ended before generation completed",
        "no responders available for request",
        "no endpoints found for endpoint",
        "no endpoints available to route work",
    ),
    before="1.0.0",
    samples=(
        "0: \x1b[2m2025-07-23T02:36:48.123Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_llm::http::service::openai\x1b[0m\x1b[2m:\x1b[0m Failed to generate completions: no responders: no responders",
        '\x1b[2m2025-07-23T02:36:48.123Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_llm::http::service::openai\x1b[0m\x1b[2m:\x1b[0m no instances found for endpoint "instances/dynamo/backend/generate"',
        "\x1b[2m2025-07-23T02:36:48.123Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_runtime::pipeline::network\x1b[0m\x1b[2m:\x1b[0m Stream ended before generation completed",
        "nats.errors.NoRespondersError: nats: no responders available for request",
        'Exception: no endpoints found for endpoint "dynamo/components/Processor/generate"',
        "2025-08-14T09:12:07.311204Z ERROR dynamo_llm::kv_router::scheduler: error scheduling request: no endpoints available to route work",
    ),
    near_misses=(
        "\x1b[2m2025-07-23T02:36:48.123Z\x1b[0m \x1b[32m INFO\x1b[0m \x1b[2mdynamo_runtime::component::client\x1b[0m\x1b[2m:\x1b[0m found 2 instances for endpoint",
    ),
)
