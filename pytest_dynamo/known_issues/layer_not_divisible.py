# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A layer cannot be cut for this parallelism, or not along the blocks of its quantisation.

Why: Its width has to be divided by tp, and for FP8 with block scales the part be a multiple of the
block.

Remedy: Choose a smaller tensor_parallel_size, or expert parallelism with attention DP.

Source: TensorRT-LLM issue 2953 and pull request 14613
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI310",
    "layer-not-divisible",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "must be divisible by tp_size",
        "must be divisible by block_size",
        "must be a multiple of 128",
        "is not divisible by weight quantization block",
        "caused by too large tensor parallel size",
        "is not divisible by min_thread_k",
        "is not divisible by min_thread_n",
        "is not divisible by  min_thread_",
        " is not divisible by ",
    ),
    pattern=r"(?<!heads \(\d\d\) )(?<!heads \(\d\) )(?<!heads \(\d\d\d\) )must be divisible by tp_size|must be divisible by block_size|must be a multiple of 128|is not divisible by weight quantization block|caused by too large tensor parallel size|is not divisible by min_thread_|is not divisible by  min_thread_|AssertionError: \d{3,} is not divisible by \d+$",
    phase="load",
    samples=(
        " 0: ValueError: in_features 1536 must be divisible by tp_size 7",
        "AssertionError: intermediate_size must be divisible by block_size.",
        " 3: RuntimeError: N must be a multiple of 128, current N=192",
        "ValueError: Weight input_size_per_partition = 96 is not divisible by weight quantization block_k = 128.",
        "ValueError: The input size is not aligned with the quantized weight shape. This can be caused by too large tensor parallel size.",
        "ValueError: Weight input_size_per_partition = 1536 is not divisible by min_thread_k = 128.",
        "ValueError: Weight output_size_per_partition = 1536 is not divisible by min_thread_n = 64.",
        "decode-2  | ValueError: Weight output_size_per_partition = 32 is not divisible by  min_thread_n = 64. Consider reducing tensor_parallel_size or running with --quantization gptq.",
        "AssertionError: 151937 is not divisible by 2",
    ),
    near_misses=(
        "in_features=1536 tp_size=8",
        "a multiple of 128 tokens",
    ),
)
