# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Prefill cannot hand its KV cache to decode: it was configured without a transceiver.

Why: The engine config has no cache_transceiver_config, or one without a backend; the first request fails.

Remedy: Set cache_transceiver_config.backend in the engine configs of both roles.

Source: TensorRT-LLM, `executor/base_worker.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI325",
    "transceiver-not-configured",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "kv_cache_transceiver is disabled",
        "Disaggregated serving is not enabled, please check",
        "has no attribute 'respond_and_send_async'",
    ),
    between_roles=True,
    samples=(
        "kv_cache_transceiver is disabled, please set 'cache_transceiver_config: backend:<backend_type>' in config file for disaggregated serving",
        "[TensorRT-LLM][ERROR] Assertion failed: Disaggregated serving is not enabled, please check the configuration of cacheTransceiverConfig. (/src/tensorrt_llm/cpp/tensorrt_llm/batch_manager/trtGptModelInflightBatching.cpp:1148)",
        "AttributeError: 'NoneType' object has no attribute 'respond_and_send_async'",
    ),
    near_misses=("cache_transceiver_config: backend=UCX",),
)
