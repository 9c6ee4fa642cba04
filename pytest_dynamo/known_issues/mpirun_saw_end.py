# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""mpirun tells which rank ended.

Why: The rank's own lines say why.

Remedy: Look at the last lines of that rank.

Source: Open MPI 4.1
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI716",
    "mpirun-saw-end",
    role="confirmation",
    fault="product",
    engine="mpi",
    texts=(
        "mpirun noticed that process rank",
        "prterun noticed that process rank",
    ),
    samples=(
        "mpirun noticed that process rank 5 with PID 4711 on node node2 exited on signal 9 (Killed).",
        "prterun noticed that process rank 3 with PID 41220 on node gpu-node-01 exited on",
    ),
    near_misses=("mpirun: 16 processes started",),
)
