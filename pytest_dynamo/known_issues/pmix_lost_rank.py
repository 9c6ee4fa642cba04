# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Slurm's PMIx has lost a rank.

Why: The rank ended without leaving the MPI world.

Remedy: Look for the rank that ended first.

Source: Slurm 22.05, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI715",
    "pmix-lost-rank",
    role="echo",
    fault="infrastructure",
    engine="slurm",
    texts=("pmixp_client_v2.c", "_errhandler: "),
    samples=(
        " 4: slurmstepd-node2: error:  mpi/pmix_v4: _errhandler: node2 [1]: pmixp_client_v2.c:211: Error handler invoked: status = -61, source = [slurm.pmix.23.0:5]",
    ),
    near_misses=("slurmstepd-node2: mpi/pmix_v4: init: starting",),
)
