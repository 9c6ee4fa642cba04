# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A worker ends because its engine has died.

Why: It does not shut the engine down any more.

Remedy: Look at the first error of the ranks of this worker.

Source: Dynamo, `components/src/dynamo/trtllm`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI505",
    "engine-is-dead",
    role="confirmation",
    fault="product",
    engine="trtllm",
    texts=(
        "the engine is dead", "Forcing process exit after fatal TRT-LLM engine error", "AsyncLLM engine is dead",
        "AsyncLLM health check failed",
        "TRT-LLM engine is unhealthy",
        "TRT-LLM engine recorded a fatal error",
        "engine became fatal during shutdown",
    ),
    since="1.0.0",
    samples=(
        "0: 2026-11-21T09:19:49.741499Z  WARN main.cleanup: Skipping TRT-LLM engine shutdown; the engine is dead",
        "2026-11-21T09:19:49.741499Z ERROR main.cleanup: Forcing process exit after fatal TRT-LLM engine error.",
        "2026-11-21T09:19:49.741499Z ERROR engine_monitor._check_engine_health: vLLM AsyncLLM engine is dead",
        "2026-11-21T09:19:49.741499Z ERROR engine_monitor._run_health_check: vLLM AsyncLLM health check failed: ",
        "2026-11-21T09:19:49.741499Z ERROR engine_monitor.run: TRT-LLM engine is unhealthy: 'unknown'",
        "2026-11-21T09:19:49.741499Z ERROR engine_monitor._watch_fatal_error: TRT-LLM engine recorded a fatal error: RequestError('x')",
        "2026-08-20T05:22:41.551120Z ERROR engine_monitor._shutdown_engine: TRT-LLM engine became fatal during shutdown; exiting without waiting.",
    ),
    near_misses=("INFO main.cleanup: TRT-LLM engine shut down",),
)
