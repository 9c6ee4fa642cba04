# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Prefill cannot hand its KV cache to decode: the transceiver is off.

Why: Since 1.0.0rc4 it is on only where cache_transceiver_config.backend names one; the first
request fails.

Remedy: Set cache_transceiver_config.backend in the engine configs of both roles.

Source: TensorRT-LLM, `_torch/pyexecutor`; pull request 5234
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI303",
    "cache-transceiver-off",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "cache_transceiver is disabled",
        "object has no attribute 'request_and_receive_async'",
    ),
    pattern=r"(?<!kv_)cache_transceiver is disabled|'NoneType' object has no attribute 'request_and_receive_async'",
    since="1.0.0rc4",
    between_roles=True,
    samples=(
        " 3: [11/21/2026-09:19:49] [TRT-LLM] [W] cache_transceiver is disabled",
        "12: [11/21/2026-09:19:49] [TRT-LLM] [E] cache_transceiver is disabled",
        "AttributeError: 'NoneType' object has no attribute 'request_and_receive_async'",
    ),
    near_misses=(
        "cache_transceiver_config: backend=UCX",
        "[TRT-LLM] [I] overlap scheduler is disabled",
    ),
)
