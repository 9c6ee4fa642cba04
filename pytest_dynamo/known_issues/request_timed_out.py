# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A worker did not take a request in time.

Why: It has gone or hangs; /health stays healthy meanwhile.

Remedy: Look for the end of the worker, or for the last milestone of one that hangs.

Source: Dynamo 0.3, run
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI205",
    "request-timed-out",
    role="echo",
    fault="product",
    engine="dynamo",
    texts=(
        "request timed out: deadline has elapsed",
        "nats.errors.TimeoutError: nats: timeout",
        "TCP request timeout to ",
        "CannotConnect: TCP request to ",
    ),
    before="1.0.0",
    samples=(
        "\x1b[2m2025-07-23T02:36:48.123Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_llm::http::service::openai\x1b[0m\x1b[2m:\x1b[0m request timed out: deadline has elapsed",
        "nats.errors.TimeoutError: nats: timeout",
        "2026-01-22T14:40:05.116203Z  WARN dynamo_runtime::pipeline::network::egress::tcp_client: TCP request timeout to 10.0.4.12:41873",
        "2026-04-02T11:03:27.450381Z ERROR http-request: dynamo_llm::http::service::openai: Internal server error: Failed to generate completions: CannotConnect: TCP request to 10.52.48.14:38211 timed out",
    ),
    near_misses=("request completed in 128 ms",),
)
