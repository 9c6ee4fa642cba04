# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Slurm ended a step because one of its nodes failed.

Why: The line is said by another node than the one that failed; srun names that one.

Remedy: Leave the node out that srun names (--exclude) and have it looked at (scontrol show node).

Source: Slurm 22.05, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI807",
    "step-ended-with-node",
    role="confirmation",
    fault="infrastructure",
    engine="slurm",
    texts=(
        "DUE TO NODE FAILURE",
        " FAILURE, SEE SLURMCTLD LOG FOR DETAILS",
    ),
    samples=(
        " 0: slurmstepd-node1: error: *** STEP 1.0 ON node1 CANCELLED AT 2026-11-21T09:51:04 DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS ***",
        "slurmstepd: error: *** STEP 812.3 ON node01 CANCELLED AT 2025-06-03T12:01:44 DUE TO NODE node07 FAILURE, SEE SLURMCTLD LOG FOR DETAILS ***",
    ),
    near_misses=(
        "slurmstepd-node1: error: *** STEP 3.20 ON node1 CANCELLED AT 2026-11-21T09:36:04 ***",
        "srun: error: Node failure on node2",
    ),
)
