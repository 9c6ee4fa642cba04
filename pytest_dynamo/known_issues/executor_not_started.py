# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The executor of a rank could not start.

Why: The error that led to it stands above.

Remedy: Look at the first error of that rank.

Source: TensorRT-LLM, `executor/worker.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI503",
    "executor-not-started",
    role="confirmation",
    fault="product",
    engine="trtllm",
    texts=("Failed to initialize executor on rank",),
    phase="load",
    samples=(
        " 5: [11/21/2026-09:19:49] [TRT-LLM] [E] Failed to initialize executor on rank 5: RuntimeError",
    ),
    near_misses=("Initialized executor on rank 5",),
)
