# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The core of a vLLM engine has ended.

Why: Its own process said why, above this line.

Remedy: Look for the first error of the engine's core.

Source: vLLM, `v1/engine`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI333",
    "vllm-engine-failed",
    role="confirmation",
    fault="product",
    engine="vllm",
    texts=(
        "Engine core initialization failed",
        "EngineDeadError",
        "WorkerProc initialization failed",
        "EngineCore failed to start",
        "EngineCore encountered a",
        "EngineCore hit an exception",
        "AsyncLLM output_handler failed",
        "Worker failed with error",
        "Engine process failed to start",
    ),
    samples=(
        " 0: RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}",
        "vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue. See stack trace (above) for the root cause.",
        "Exception: WorkerProc initialization failed due to an exception in a background process. See stack trace for root cause.",
        "ERROR 11-21 09:19:49 [core.py:712] EngineCore failed to start.",
        "(EngineCore_DP0 pid=7) ERROR 11-21 09:19:49 [core.py:901] EngineCore encountered a fatal error.",
        "ERROR 11-21 09:19:49 [core.py:383] EngineCore hit an exception: Traceback (most recent call last):",
        "ERROR [async_llm.py:480] AsyncLLM output_handler failed.",
        "RuntimeError: Worker failed with error 'x', please check the stack trace above for the root cause",
        "RuntimeError: Engine process failed to start. See stack trace for the root cause.",
    ),
    near_misses=("INFO 11-21 09:19:49 [core.py:58] Initializing a V1 LLM engine",),
)
