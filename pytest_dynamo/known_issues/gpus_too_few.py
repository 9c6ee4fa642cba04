# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A node shows fewer GPUs than its ranks need.

Why: The step did not ask for them, or CUDA_VISIBLE_DEVICES hides some.

Remedy: Ask Slurm for the GPUs of the node (--gres), and set gpus_per_node as it is.

Source: TensorRT-LLM, `mapping`; dynamo issue 4299
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI316",
    "gpus-too-few",
    role="root",
    fault="config",
    engine="trtllm",
    texts=("GPUs are available, but ",),
    pattern=r"GPUs are available, but \d+ are required",
    phase="launch",
    samples=(" 0: RuntimeError: Only 1 GPUs are available, but 4 are required.",),
    near_misses=("4 GPUs are available",),
)
