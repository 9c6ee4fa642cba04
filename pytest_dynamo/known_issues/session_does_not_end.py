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
    texts=(
        "MpiSession shutdown timeout",
        "MpiSession MPI_Abort returned",
        "MpiPoolSession.shutdown: worker pid",
    ),
    samples=(
        " 0: [11/21/2026-09:19:49] [TRT-LLM] [E] MpiSession shutdown timeout, aborting...",
        "[06/03/2026-17:20:42] [TRT-LLM] [RANK 0] [F] MpiSession MPI_Abort returned",
        "[07/21/2026-08:02:19] [TRT-LLM] [W] MpiPoolSession.shutdown: worker pid 41872 still alive after 30.0s; not waiting further",
    ),
    near_misses=("MpiSession shutdown",),
)
