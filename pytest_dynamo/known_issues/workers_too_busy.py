# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The frontend refuses requests, since by its thresholds all workers are busy.

Why: It refuses none unless thresholds are set; low ones refuse what the workers have room for.

Remedy: Raise the thresholds of the frontend (--active-decode-blocks-threshold,
--active-prefill-tokens-threshold, --busy-threshold), leave them out, or add workers.

Source: Dynamo, `llm/src/discovery/worker_monitor.rs`: "busy-worker rejection disabled: no rejection
threshold is configured"
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI221",
    "workers-too-busy",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "All workers are busy",
        "error_type=overload",
        "http_status=529",
        "all workers are busy",
        "elected worker is overloaded",
    ),
    phase="serving",
    samples=(
        " 0: 2026-03-02T09:19:49.741499Z ERROR http-request: dynamo_llm::http::service::metrics: request completed model=m endpoint=chat_completions status=error error_type=overload http_status=529",
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_llm::http::service::openai\x1b[0m\x1b[2m:\x1b[0m ResourceExhausted: All workers are busy, please retry later",
        "2026-03-11T17:29:44.501822Z  WARN dynamo_runtime::pipeline::network::egress::push_router: Rejecting request: all workers are busy instance_id=7587890034442194189 total_workers=4",
        "2026-01-22T16:11:37.402291Z  WARN dynamo_runtime::pipeline::network::egress::push_router: Rejecting request: selected worker is overloaded instance_id=7587888941038226955 overloaded_workers=4 total_workers=4",
        "ResourceExhausted: Selected worker is overloaded, please retry later",
    ),
    near_misses=(
        "2026-08-24T21:46:36.217766Z  INFO router_args.log_rejection_thresholds: busy-worker rejection disabled: no rejection threshold is configured",
    ),
)
