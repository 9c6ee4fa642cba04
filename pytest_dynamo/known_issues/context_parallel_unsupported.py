# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Context parallelism is asked for where there is none.

Why: With experts only Helix has it, and Helix only on decode.

Remedy: Set context_parallel_size: 1, or Helix on decode alone.

Source: TensorRT-LLM, `mapping.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI320",
    "context-parallel-unsupported",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "doesn't support MoE tp/ep yet",
        "Helix CP is decode-only",
        "attn_cp_size must be 1 for now",
        "Unsupported cp type",
        "don't support MoE tp/ep yet",
        "Decode Context Parallelism (DCP) requires attention",
        "Decode context parallelism for GQA/MQA requires",
    ),
    phase="load",
    samples=(
        " 0: NotImplementedError: CP with type ulysses doesn't support MoE tp/ep yet",
        "ValueError: Helix CP is decode-only",
        "ValueError: attn_cp_size must be 1 for now for ulysses, but got 16, 2.",
        "NotImplementedError: Unsupported cp type ULYSSES.",
        "NotImplementedError: CP don't support MoE tp/ep yet",
        "(EngineCore pid=771) AssertionError: Decode Context Parallelism (DCP) requires attention implementations to return the softmax LSE during decode, but TritonAttentionImpl does not.",
        "ValueError: Decode context parallelism for GQA/MQA requires `--tensor-parallel-size` (8) to be greater than the model's total number of KV heads (8).",
    ),
    near_misses=("cp_config: {'cp_type': 'helix'}",),
)
