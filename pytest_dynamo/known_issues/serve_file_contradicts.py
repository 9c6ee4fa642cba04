# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A trtllm-serve file contradicts itself.

Why: A key stands in two places with two values, or hosts and instances differ in number.

Remedy: State each value once, and name as many urls as instances.

Source: TensorRT-LLM, `llmapi/disagg_utils.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI321",
    "serve-file-contradicts",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "is specified both in the top-level and in the",
        "should be equal to the number of instances",
        "should be equal to the number of distinct workers",
        "Duplicated ctx server config",
        "Duplicated gen server config",
        ") has different args:",
    ),
    phase="launch",
    samples=(
        "ValueError: Parameter backend is specified both in the top-level and in the context_servers section, but with different values",
        "ValueError: Number of hostnames (1) should be equal to the number of instances (2)",
        "ValueError: global_size (8) should be equal to the number of distinct workers (4)",
        "ValueError: Duplicated ctx server config for ('gpu-a07', 8001)",
        "ValueError: Duplicated gen server config for ('gpu-a07', 8002)",
        "0: ValueError: Server config for ('dgx-03', 8336) has different args:",
    ),
    near_misses=("context_servers: num_instances 2",),
)
