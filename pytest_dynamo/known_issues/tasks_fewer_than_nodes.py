# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Slurm starts fewer tasks than were meant.

Why: SLURM_NTASKS of an outer step beats --ntasks-per-node.

Remedy: Pass --nodes, --ntasks and --ntasks-per-node, and start the step from outside of others.

Source: Slurm 22.05, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI814",
    "tasks-fewer-than-nodes",
    role="root",
    fault="config",
    engine="slurm",
    texts=(
        "setting nnodes to",
        "can't honor --ntasks-per-node set to",
    ),
    phase="launch",
    samples=(
        "srun: Warning: can't run 1 processes on 4 nodes, setting nnodes to 1",
        "srun: Warning: can't honor --ntasks-per-node set to 8 which doesn't match the requested tasks 4 with the number of requested nodes 4. Ignoring --ntasks-per-node.",
    ),
    near_misses=("srun: launching StepId=1.0 on host node1, 4 tasks: [0-3]",),
)
