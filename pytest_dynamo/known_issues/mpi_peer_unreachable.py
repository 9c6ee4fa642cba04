# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Open MPI cannot connect to another rank.

Why: That rank has ended, or its node cannot be reached.

Remedy: Look for the rank that ended first.

Source: Open MPI 4.1, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI714",
    "mpi-peer-unreachable",
    role="echo",
    fault="infrastructure",
    engine="mpi",
    texts=(
        "Open MPI failed to TCP connect to a peer",
        "peer process has unexpectedly disconnected",
        "  Message:    connect() to ",
        "Open MPI failed to handshake with a connecting peer",
        "Failed to resolve UCX endpoint for rank",
        "At least one pair of MPI processes are unable to",
        ") failed: Destination is unreachable",
    ),
    samples=(
        " 0: WARNING: Open MPI failed to TCP connect to a peer MPI process.  This",
        "An MPI communication peer process has unexpectedly disconnected.  This",
        "  Message:    connect() to 10.10.10.2:1024 failed",
        "WARNING: Open MPI failed to handshake with a connecting peer MPI",
        "[node03:812345] pml_ucx.c:481  Error: Failed to resolve UCX endpoint for rank 9",
        "At least one pair of MPI processes are unable to reach each other for",
        "[node03:812345] pml_ucx.c:424  Error: ucp_ep_create(proc=9) failed: Destination is unreachable",
    ),
    near_misses=("Your Open MPI job may now hang or fail.",),
)
