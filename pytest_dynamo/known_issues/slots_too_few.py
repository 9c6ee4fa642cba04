# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""mpirun was asked for more ranks than it has slots for.

Why: The hosts that it was given have fewer slots than -n asks for, or Slurm gave the job fewer
tasks.

Remedy: Name hosts with enough slots (-H node1:8,node2:8), or ask Slurm for as many tasks.

Source: Open MPI, `help-ras-base.txt`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI718",
    "slots-too-few",
    role="root",
    fault="config",
    engine="mpi",
    texts=(
        "There are not enough slots available in the system",
        "allocated for this job are already filled",
        "Either request fewer slots",
        "Either request fewer procs",
        "Your job has requested more processes than",
        "requested a conflicting number of processes",
    ),
    phase="launch",
    samples=(
        "There are not enough slots available in the system to satisfy the 16",
        "All nodes which are allocated for this job are already filled.",
        "Either request fewer slots for your application, or make more slots",
        "prefill-0  | Either request fewer procs for your application, or make more slots available for use.",
        "Your job has requested more processes than the ppr for",
        "Your job has requested a conflicting number of processes for the",
    ),
    near_misses=("mpirun: 16 slots on 2 hosts",),
)
