# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Expert parallelism does not divide the experts, or the slots of the balancer.

Why: Each rank holds as many.

Remedy: Choose a divisor of the experts, or num_slots that ep divides.

Source: TensorRT-LLM, `_torch/modules/fused_moe`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI309",
    "experts-not-divisible",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "must be divisible by ep_size",
        "assert len(self.initial_global_assignments) == self.num_slots",
        "must be divisible by `ep_size`",
        "experts % ",
        "expert parallel size",
        "must be divisible by moe_ep_size",
        "experts ",
        "num_experts % num_ranks == 0",
        "is not a multiple of EP size",
    ),
    pattern=r"assert len\(self\.initial_global_assignments\) == self\.num_slots|must be divisible by `?(?:moe_)?ep_size|num_\w*experts % (?:self\.|\w+\.)*(?:moe_)?ep\w*|experts \d+ must be divisible by expert parallel size|experts \(?\d+\)? is not divisible by (?:moe_)?ep_size|num_experts % num_ranks == 0|Number of experts \d+ is not a multiple of EP size",
    phase="load",
    samples=(
        "    assert len(self.initial_global_assignments) == self.num_slots",
        " 0: ValueError: CutlassFusedMoE does not support non-divisible EP: num_experts (256) must be divisible by ep_size (12)",
        "ValueError: `num_slots` (290) must be divisible by `ep_size` (16)",
        "AssertionError: num_experts 60 is not divisible by ep_size 8",
        "    assert num_experts % ep_size == 0",
        "AssertionError: Number of experts 256 must be divisible by expert parallel size 12",
        "ValueError: num_experts (256) must be divisible by moe_ep_size (12)",
        "RuntimeError: Failed: Assertion error /workspace/DeepEP/csrc/deep_ep.cpp:1096 'num_experts % num_ranks == 0'",
        "ValueError: MixtureOfExperts - Number of experts 60 is not a multiple of EP size 8",
    ),
    near_misses=(
        "num_experts: 256, ep_size: 16",
        "expert parallel size 12",
    ),
)
