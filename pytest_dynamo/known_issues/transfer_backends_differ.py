# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Prefill and decode move the KV cache by different backends.

Why: cache_transceiver_config.backend of one role is not that of the other, or DEFAULT means another.

Remedy: Set the same cache_transceiver_config.backend in the engine configs of both roles.

Source: TensorRT-LLM, `executor/cache_transmission`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI608",
    "transfer-backends-differ",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "isSocketState()",
        "isAgentState()",
        "isMpiState()",
        "std::get: wrong index for variant",
        "makeConnection: no common backend to connect",
    ),
    phase="serving",
    between_roles=True,
    samples=(
        "[TensorRT-LLM][ERROR][RANK 1] Assertion failed: state.isSocketState() (/src/ucxCacheCommunicator.cpp:512)",
        "[TensorRT-LLM][ERROR] Assertion failed: commState.isAgentState() (/src/agent_utils/connection.cpp:88)",
        "[TensorRT-LLM][ERROR] Assertion failed: state.isMpiState() (/src/mpi_utils/connection.cpp:40)",
        "[TensorRT-LLM][ERROR] Error occurred during generation transfer for request 2048: std::get: wrong index for variant",
        "E0612 10:00:09.104407   81234 nixl_agent.cpp:1210] makeConnection: no common backend to connect with 'decode_0_10.0.4.12'",
    ),
    near_misses=("cache_transceiver_config: backend=UCX",),
)
