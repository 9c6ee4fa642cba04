# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The two keys for the sizes of CUDA graphs contradict each other.

Why: The list and the maximum are both given, and do not agree.

Remedy: Give cuda_graph_config either batch_sizes or max_batch_size.

Source: TensorRT-LLM, `llmapi/llm_args.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI313",
    "graph-sizes-contradict",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "both cuda_graph_config.batch_sizes",
        "CudaGraphConfig.max_batch_size is incompatible",
        "set both cuda_graph_batch_sizes and cuda_graph_max_batch_size",
        "max(batch_sizes): ",
    ),
    phase="load",
    since="1.0.0rc3",
    samples=(
        " 0: ValueError: Please don't set both cuda_graph_config.batch_sizes and cuda_graph_config.max_batch_size.",
        "ValueError: CudaGraphConfig.max_batch_size is incompatible with CudaGraphConfig.batch_sizes",
        "AssertionError: Please don't set both cuda_graph_batch_sizes and cuda_graph_max_batch_size.",
        "CudaGraphConfig.batch_sizes: [1, 2, 4, 8, 16, 32, 64, 128], max(batch_sizes): 128, CudaGraphConfig.max_batch_size: 256",
    ),
    near_misses=("cuda_graph_config.batch_sizes=[1, 2, 4]",),
)
