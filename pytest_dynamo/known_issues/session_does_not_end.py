# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The ranks do not end when they are told to.

Why: One of them has died or hangs, so MPI_Abort follows.

Remedy: Look for what happened before the shutdown.

Source: TensorRT-LLM, `llmapi/mpi_session.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI508",
    "session-does-not-end",
    role="echo",
    fault="product",
    engine="trtllm",
    texts=("MpiSession shutdown timeout",),
    samples=(" 0: [11/21/2026-09:19:49] [TRT-LLM] [E] MpiSession shutdown timeout, aborting...",),
    near_misses=("MpiSession shutdown",),
)
