# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Rank 0 has lost the other ranks.

Why: One of them ended; its own lines say why.

Remedy: Look for the rank that ended first.

Source: TensorRT-LLM, `llmapi/mpi_session.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI506",
    "mpi-worker-died",
    role="echo",
    fault="product",
    engine="trtllm",
    texts=("Remote MPI worker died", "MPI worker future failed"),
    samples=(
        " 0: RuntimeError: Remote MPI worker died",
        "RemoteMpiCommSessionServer: MPI worker future failed",
    ),
    near_misses=("Remote MPI worker started",),
)
