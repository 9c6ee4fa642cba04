# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Wide expert parallelism is asked for without what it needs.

Why: It needs attention DP and more than one rank of expert parallelism.

Remedy: Set enable_attention_dp: true and moe_expert_parallel_size above 1, or another
moe_config.backend.

Source: TensorRT-LLM, `fused_moe_wide_ep.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI312",
    "wide-ep-without-attention-dp",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "Attention DP should be used with WideEP",
        "WideEP should only be enabled with parallel_size > 1",
        "Load Balancer should be only used with ADP",
    ),
    phase="load",
    since="0.21.0",
    samples=(
        " 0: AssertionError: Attention DP should be used with WideEP.",
        "AssertionError: WideEP should only be enabled with parallel_size > 1",
        "AssertionError: Load Balancer should be only used with ADP and EP > 1",
    ),
    near_misses=("WideEP enabled, ep_size 16",),
)
