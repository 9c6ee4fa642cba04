# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The file of the expert balancer is not there.

Why: The engine configs name it by its path inside the container, below /mnt.

Remedy: Mount the directory of the engine configs at the path that moe_config.load_balancer names.

Source: TensorRT-LLM, `_torch/modules/fused_moe/moe_load_balancer.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI311",
    "balancer-file-missing",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "MoE load balancer config file not found",
        "Failed to load MoE load balancer config file",
    ),
    phase="load",
    samples=(
        " 0: FileNotFoundError: MoE load balancer config file not found: /mnt/recipes/deepseek-r1/trtllm/wide_ep/eplb.yaml",
        "ValueError: Failed to load MoE load balancer config file: /mnt/engine_configs/deepseek_r1/wide_ep/eplb.yaml",
    ),
    near_misses=("MoE load balancer config: num_slots=288",),
)
