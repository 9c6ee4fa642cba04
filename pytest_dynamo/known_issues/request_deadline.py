# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A worker gave no answer within the deadline of a request.

Why: It hangs, or its executor has died while the process lives.

Remedy: Look for the last milestone of the worker that hangs, and ask it with a real completion.

Source: Dynamo 1.6.1, run with a worker stopped
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI207",
    "request-deadline",
    role="echo",
    fault="product",
    engine="dynamo",
    texts=(
        "Request deadline exceeded",
        "backend response inactivity timeout",
        "APITimeoutError: Request timed out",
        "SocketTimeoutError: Timeout on reading",
        "backend stream inactivity timeout",
    ),
    since="1.0.0",
    samples=(
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[33m WARN\x1b[0m \x1b[2mdynamo_llm::http::service::error\x1b[0m\x1b[2m:\x1b[0m Request deadline exceeded",
        "2026-04-21T10:02:44.817230Z  WARN dynamo_runtime::pipeline::network::egress::push_router: backend response inactivity timeout — quarantining worker instance_id=7587888930426543107 timeout_secs=300",
        "openai.APITimeoutError: Request timed out.",
        "aiohttp.client_exceptions.SocketTimeoutError: Timeout on reading data from socket",
        "2026-06-02T18:22:17.450381Z  WARN dynamo_llm::http::service::disconnect: backend stream inactivity timeout; killing engine context to release inflight gauge timeout_secs=60",
    ),
    near_misses=("request deadline set to 20 s",),
)
