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
    texts=("Engine core initialization failed", "EngineDeadError"),
    samples=(
        " 0: RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}",
        "vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue. See stack trace (above) for the root cause.",
    ),
    near_misses=("INFO 11-21 09:19:49 [core.py:58] Initializing a V1 LLM engine",),
)
