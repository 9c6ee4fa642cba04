# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The parallelism of the experts does not make up the tensor parallelism.

Why: moe_tensor_parallel_size times moe_expert_parallel_size times the cluster size has to be it.

Remedy: Set one of the two and leave the other out.

Source: TensorRT-LLM, `mapping.py`; issue 5292
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI308",
    "experts-split-wrong",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "tp_size must equal to moe_",
        "must equal to moe_world_size",
        "moe_tp_size * moe_ep_size must equal to tp_size",
    ),
    phase="load",
    samples=(
        " 0: ValueError: tp_size must equal to moe_tp_size * moe_ep_size * moe_cluster_size, but got 16 != 4 * 2 * 1",
        "ValueError: moe_tp_size * moe_ep_size must equal to moe_world_size, but got 8 != 16",
        "AssertionError: moe_tp_size * moe_ep_size must equal to tp_size",
    ),
    near_misses=("moe_tp_size=1 moe_ep_size=16",),
)
