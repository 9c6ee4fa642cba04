# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The workers of a vLLM engine did not answer a step in time.

Why: One worker waits in a collective or a kernel for something that does not come, and says nothing
itself.

Remedy: Take the stacks of all workers (py-spy), and look for the one that does something else;
raise VLLM_EXECUTE_MODEL_TIMEOUT_SECONDS only for steps that are slow.

Source: vLLM, `v1/executor/multiproc_executor.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI551",
    "vllm-step-timed-out",
    role="symptom",
    fault="product",
    engine="vllm",
    texts=(
        "TimeoutError: RPC call to ",
        "RayChannelTimeoutError",
        "No available shared memory broadcast block found",
        "Engine iteration timed out",
    ),
    pattern=r"No available shared memory broadcast block found|TimeoutError: RPC call to \w+ timed out|RayChannelTimeoutError: (?:System error: )?(?:Timed out|If the execution is expected)|Engine iteration timed out",
    noticed=True,
    samples=(
        "(EngineCore_DP0 pid=511) INFO 11-02 06:15:01 [shm_broadcast.py:466] No available shared memory broadcast block found in 60 seconds. This typically happens when some processes are hanging.",
        " 0: (EngineCore_DP0 pid=511) ERROR 11-02 06:15:01 [core.py:844] TimeoutError: RPC call to sample_tokens timed out.",
        "(EngineCore_DP0 pid=511) ERROR 11-02 06:15:01 [core.py:844] ray.exceptions.RayChannelTimeoutError: System error: Timed out waiting for object available to read.",
        "ray.exceptions.RayChannelTimeoutError: System error: If the execution is expected to take a long time, increase RAY_CGRAPH_get_timeout which is currently 10 seconds. Otherwise, this may indicate that the execution is hanging.",
        "ERROR 05-11 12:40:02 async_llm_engine.py:865] Engine iteration timed out. This should never happen!",
    ),
    near_misses=("TimeoutError: RPC call to the controller was refused",),
)
