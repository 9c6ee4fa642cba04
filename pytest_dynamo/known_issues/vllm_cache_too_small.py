# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The KV cache of vLLM is too small for the longest sequence.

Why: After the weights too little is left.

Remedy: Lower max-model-len, raise gpu-memory-utilization, or split over more GPUs.

Source: vLLM, `v1/core/kv_cache_utils.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI332",
    "vllm-cache-too-small",
    role="root",
    fault="config",
    engine="vllm",
    texts=(
        "No available memory for the cache blocks",
        "larger than the maximum number of tokens that can be stored in KV cache",
        "larger than the available KV cache memory",
        "Cannot auto-fit max_model_len",
        "Available KV cache memory: -",
        "Please try to increase --mem-fraction-static",
    ),
    phase="load",
    samples=(
        " 0: ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine.",
        "ValueError: The model's max seq len (131072) is larger than the maximum number of tokens that can be stored in KV cache (45136).",
        "ValueError: To serve at least one request with the models's max seq len (131072), 16.0 GiB KV cache is needed, which is larger than the available KV cache memory (5.5 GiB).",
        "ValueError: Cannot auto-fit max_model_len: not enough GPU memory available to serve even a single token.",
        "INFO 03-02 11:02:19 [gpu_worker.py:423] Available KV cache memory: -3.18 GiB",
        "RuntimeError: Not enough memory. Please try to increase --mem-fraction-static. Current value: self.server_args.mem_fraction_static=0.82",
    ),
    near_misses=("INFO 11-21 09:19:49 [kv_cache_utils.py:864] GPU KV cache size: 45,136 tokens",),
)
