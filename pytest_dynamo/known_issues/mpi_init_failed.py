# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A rank could not enter the MPI world.

Why: The lines before it say why, as that PMIx is missing.

Remedy: Look at the lines of Open MPI above it.

Source: Open MPI 4.1, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI713",
    "mpi-init-failed",
    role="confirmation",
    fault="config",
    engine="mpi",
    texts=(
        "An error occurred in MPI_Init", "It looks like MPI_I", "PML add procs failed",
        "It looks like opal_init",
        "It looks like orte_init",
        "It looks like prte_init",
        "cannot load MPI library",
        "Local abort before MPI_INIT completed",
        "Fatal error in internal_Init_thread",
        "Fatal error in PMPI_Init_thread",
        "MPI_INIT has failed because at least one",
    ),
    phase="launch",
    samples=(
        " 2: *** An error occurred in MPI_Init_thread",
        "*** An error occurred in MPI_Init",
        "It looks like MPI_INIT failed for some reason; your parallel process is",
        "  PML add procs failed",
        "It looks like opal_init failed for some reason; your parallel process is",
        "It looks like orte_init failed for some reason; your parallel process is",
        "It looks like prte_init failed for some reason. There are many",
        "RuntimeError: cannot load MPI library",
        "[node01:81234] Local abort before MPI_INIT completed completed successfully, but am not able to aggregate error messages",
        "Fatal error in internal_Init_thread: Other MPI error, error stack:",
        "Abort(1090319) on node 0 (rank 0 in comm 0): Fatal error in PMPI_Init_thread: Other MPI error, error stack:",
        "MPI_INIT has failed because at least one MPI process is unreachable",
    ),
    near_misses=("MPI_Init_thread returned",),
)
