# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A rank has ended its world by MPI_Abort.

Why: The line names the rank; what it said before tells why.

Remedy: Look at the last lines of that rank.

Source: Open MPI 4.1, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI510",
    "mpi-abort",
    role="confirmation",
    fault="product",
    engine="mpi",
    texts=(
        "MPI_ABORT was invoked on rank",
        "application called MPI_Abort(",
        "help-mpi-api.txt / mpi-abort",
        "In: PMI_Abort(",
    ),
    samples=(
        " 5: MPI_ABORT was invoked on rank 5 in communicator MPI_COMM_WORLD",
        "Abort(1) on node 3 (rank 3 in comm 0): application called MPI_Abort(MPI_COMM_WORLD, 1) - process 3",
        "[gpu-node-02:21877] 3 more processes have sent help message help-mpi-api.txt / mpi-abort",
        "In: PMI_Abort(1, N/A)",
    ),
    near_misses=("NOTE: invoking MPI_ABORT causes Open MPI to kill all MPI processes.",),
)
