# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A model is known, but not all roles of it are there.

Why: Prefill or decode has not registered yet, or has gone.

Remedy: Look for the worker of the missing role.

Source: Dynamo 1.6.1, run with decode alone
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI210",
    "model-not-ready",
    role="echo",
    fault="product",
    engine="dynamo",
    texts=(
        "is not ready to serve requests yet",
        "missing worker types: ",
        "Prefill router not activated",
        "Prefill router not yet activated",
        "o prefill workers available",
        "not yet servable, waiting for prefill activation",
        "Prefill router activation channel closed",
    ),
    since="1.0.0",
    between_roles=True,
    samples=(
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[33m WARN\x1b[0m \x1b[2mdynamo_llm::http::service\x1b[0m\x1b[2m:\x1b[0m Model `tiny` is not ready to serve requests yet. Try again later",
        '0: {"ready":false,"reason":"missing worker types: prefill"}',
        "2026-04-02T07:19:50.228Z ERROR dynamo_llm::kv_router::prefill_router: Prefill router not activated, failing request",
        "2026-01-15T10:04:22.910902Z ERROR http-request: dynamo_llm::http::service::openai: Internal server error: Failed to generate completions: Prefill router not yet activated",
        "2025-11-18T13:44:12.006Z ERROR dynamo_llm::http::service::openai: Internal server error: Failed to generate completions: Disaggregated mode enforced but no prefill workers available",
        "2026-02-11T09:14:52.118201Z  INFO dynamo_llm::entrypoint::input::common: Model listed but not yet servable, waiting for prefill activation",
        "2025-12-02T10:31:44.870114Z ERROR dynamo_llm::kv_router::prefill_router: Prefill router activation channel closed without receiving endpoint",
    ),
    near_misses=(
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[32m INFO\x1b[0m \x1b[2mdynamo_llm::discovery::watcher\x1b[0m\x1b[2m:\x1b[0m Chat completions is ready",
    ),
)
