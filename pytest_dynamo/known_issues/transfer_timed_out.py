# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A KV cache did not arrive in time.

Why: The other role is gone or overloaded, or the transfer falls back to sockets.

Remedy: Look for the end of the other role; check that RDMA is used (the device's packet counters).

Source: TensorRT-LLM issues 12313 and 17124
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI606",
    "transfer-timed-out",
    role="symptom",
    fault="infrastructure",
    engine="trtllm",
    texts=(
        "Timed out waiting for context KV cache transfer",
        "Timed out waiting for generation KV cache transfer",
        "due to KV cache transfer timeout",
        "Releasing expired KV blocks for request",
        "exceeded configured timeout: elapsed ",
        "completed after its deadline: elapsed ",
        "timed out waiting for context KV cache transfer",
        "timed out waiting for generation KV cache transfer",
        "s in KVPoll.",
        "Some requests timed out when bootstrapping",
    ),
    phase="serving",
    between_roles=True,
    noticed=True,
    samples=(
        "(Worker_TP0 pid=77) WARNING 11-21 09:19:49 [worker.py:2967] Releasing expired KV blocks for request 8f07 which were retrieved by 0 remote worker(s) before lease expired.",
        "[TRT-LLM] [W] Terminating generation request 31 due to KV cache transfer timeout",
        " 4: [11/21/2026-09:19:49] [TRT-LLM] [W] Timed out waiting for context KV cache transfer after 1000 milliseconds.",
        "[TRT-LLM] [W] Timed out waiting for generation KV cache transfer after 1000 milliseconds.",
        "[TensorRT-LLM][WARNING] Context KV cache transfer for request 562949953421443 exceeded configured timeout: elapsed 60013 ms > limit 60000 ms (observe-only).",
        "[TensorRT-LLM][WARNING] Generation KV cache transfer for request 118 completed after its deadline: elapsed 91877 ms > limit 60000 ms (failing request).",
        "[06/01/2026-10:44:31] [TRT-LLM] [RANK 1] [W] Request 4222124650659905 timed out waiting for context KV cache transfer after 1000 milliseconds.",
        "[06/01/2026-10:44:31] [TRT-LLM] [RANK 1] [W] Request 4222124650659905 timed out waiting for generation KV cache transfer after 1000 milliseconds.",
        "KVTransferError(bootstrap_room=8053843183886796622): Request 8053843183886796622 timed out after 300.0s in KVPoll.Bootstrapping",
        "Some requests timed out when bootstrapping, which means prefill instances fail to receive the KV indices from the decode instance of this request.",
    ),
    near_misses=("context KV cache transfer took 12 milliseconds",),
)
