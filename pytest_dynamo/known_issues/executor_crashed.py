# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The executor of a rank has crashed, and it ends all others.

Why: The error that led to it stands above; the others are killed for it.

Remedy: Look at the first error of that rank; where there is none, report it.

Source: TensorRT-LLM issues 12718, 16592 and 18663
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI504",
    "executor-crashed",
    role="confirmation",
    fault="product",
    engine="trtllm",
    texts=(
        "Executor loop crashed on this rank",
        "Error in event loop: ",
        "Encountered an error in forward function: ",
    ),
    # a count of what it has gone wrong with, which it says itself
    pattern=r"Executor loop crashed on this rank|(?:Error in event loop: |Encountered an error in forward function: )(?!No free slots|fail to schedule any pending)",
    samples=(
        " 5: [11/21/2026-09:19:49] [TRT-LLM] [E] Executor loop crashed on this rank; hard-killing all 16 ranks",
        "[11/21/2026-09:19:49] [TRT-LLM] [RANK 0] [E] Error in event loop: 'NoneType' object has no attribute 'py_batch_idx'",
        "[11/21/2026-09:19:49] [TRT-LLM] [RANK 0] [E] Encountered an error in forward function: unexpected shape",
    ),
    near_misses=(
        "Executor loop started on this rank",
        "[TRT-LLM] [E] Error in event loop: No free slots",
    ),
)
