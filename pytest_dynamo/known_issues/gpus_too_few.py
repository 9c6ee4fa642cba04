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
    texts=(
        "GPUs are available, but ",
        "> available GPUs ",
        "less than max local gpu count",
        "less than than max local gpu count",
        "the number of available GPUs (",
        "invalid device ordinal",
        "Number of GPUs per node",
        "DP adjusted local rank ",
        "the number of visible devices",
        "Error setting CUDA_VISIBLE_DEVICES: local range",
    ),
    pattern=r"GPUs are available, but \d+ are required|> available GPUs \d|less than (?:than )?max local gpu count|the number of available GPUs \(|(?:CUDA error|cudaSetDevice\(device\)): invalid device ordinal|Number of GPUs per node \d+ must be|equal to the number of visible devices|DP adjusted local rank \d+ is out of bounds|Error setting CUDA_VISIBLE_DEVICES: local range",
    phase="launch",
    samples=(
        " 0: RuntimeError: Only 1 GPUs are available, but 4 are required.",
        "ValueError: Tensor parallel size 8 > available GPUs 4",
        "AssertionError: please set tensor_parallel_size (8) to less than max local gpu count (4)",
        "AssertionError: please ensure that world_size (8) is less than than max local gpu count (4)",
        "ValueError: Tensor parallel size (8) cannot be larger than the number of available GPUs (4).",
        "RuntimeError: CUDA error: invalid device ordinal",
        "[TensorRT-LLM][ERROR] Assertion failed: Number of GPUs per node 1 must be at least as large as TP (4) *",
        "AssertionError: local_world_size (8) must be less than or equal to the number of visible devices (4).",
        "AssertionError: DP adjusted local rank 8 is out of bounds.",
        'ValueError: Error setting CUDA_VISIBLE_DEVICES: local range: [8, 16) base value: "0,1,2,3"',
        "[TensorRT-LLM][ERROR] CUDA runtime error in cudaSetDevice(device): invalid device ordinal (/src/tensorrt_llm/cpp/tensorrt_llm/runtime/ipcUtils.cpp:44)",
    ),
    near_misses=(
        "4 GPUs are available",
        "node1:4711:4801 [0] NCCL WARN Cuda failure 101 'invalid device ordinal'",
    ),
)
