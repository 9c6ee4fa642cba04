# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The core of a vLLM engine was not ready in time.

Why: The weights load slower than the limit allows, as from a file system that all nodes read at
once, or a process of the engine waits for another.

Remedy: Look what the engine did last; load from local disks, or raise VLLM_ENGINE_READY_TIMEOUT_S.

Source: vLLM, `v1/engine/utils.py` and `v1/engine/core_client.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI355",
    "engine-start-timed-out",
    role="symptom",
    fault="infrastructure",
    engine="vllm",
    texts=(
        "Timed out waiting for engine core processes",
        "Did not receive response from front-end process",
        "DP Coordinator process failed to report",
        "Timed out waiting for engines to send",
    ),
    phase="load",
    samples=(
        " 0: TimeoutError: Timed out waiting for engine core processes to start. This is often caused by slow weight loading for large models. Waited 600s (configured by VLLM_ENGINE_READY_TIMEOUT_S).",
        "TimeoutError: Timed out waiting for engines to send initial message on input socket.",
        "RuntimeError: Did not receive response from front-end process within 5 minutes",
        "RuntimeError: DP Coordinator process failed to report ZMQ addresses during startup",
        "TimeoutError: Timed out waiting for engines to sendinitial message on input socket.",
    ),
    near_misses=(
        "DEBUG 11-21 09:19:49 [utils.py:10] Waiting for 1 local, 0 remote core engine proc(s) to start.",
    ),
)
