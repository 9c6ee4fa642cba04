# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A step waits for nodes that another one holds.

Why: Two steps without --overlap want the same nodes.

Remedy: Add --overlap to one of them, or end the step that is in the way (squeue --steps).

Source: Slurm 22.05, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI808",
    "nodes-busy",
    role="confirmation",
    fault="infrastructure",
    engine="slurm",
    texts=(
        "step creation temporarily disabled, retrying",
        "step creation still disabled, retrying",
        "srun: Step completed in JobId=",
    ),
    phase="launch",
    samples=(
        "srun: Job 5521 step creation still disabled, retrying (Requested nodes are busy)",
        "srun: Job 2 step creation temporarily disabled, retrying (Requested nodes are busy)",
        "srun: Step completed in JobId=48213, retrying",
    ),
    near_misses=("srun: Step created for job 2",),
)
