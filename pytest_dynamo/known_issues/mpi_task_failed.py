# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The task of a rank ended with an exception.

Why: The exception follows, or stands above.

Remedy: Look at the exception of that rank.

Source: TensorRT-LLM, `llmapi/mpi_session.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI507",
    "mpi-task-failed",
    role="confirmation",
    fault="product",
    engine="trtllm",
    texts=("failed with exception",),
    pattern=r"MpiCommSession rank\d+ task .*failed with exception",
    samples=(" 5: MpiCommSession rank5 task [worker_main] failed with exception: KeyError('x')",),
    near_misses=("request failed with exception",),
)
