# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Somebody cancelled the step or the job.

Why: Slurm says so, and gives no reason such as a time limit.

Remedy: Find who cancelled the step or the job (scancel).

Source: Slurm 22.05, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI806",
    "step-cancelled",
    role="root",
    fault="infrastructure",
    engine="slurm",
    texts=(
        "CANCELLED AT ",
        "REQUEST_KILL_JOB JobId=",
        "srun: Cancelled pending step for job",
    ),
    pattern=r"slurmstepd\S* error: \*\*\* \S+ \S+ ON \S+ CANCELLED AT \S+ (?:DUE to SIGNAL [^*]+)?\*\*\*|REQUEST_KILL_JOB JobId=\d+ uid|srun: Cancelled pending step for job",
    samples=(
        "slurmstepd-node1: error: *** STEP 3.20 ON node1 CANCELLED AT 2026-11-21T09:36:04 ***",
        "0: slurmstepd-node1: error: *** JOB 3 ON node1 CANCELLED AT 2026-11-21T09:43:42 ***",
        "slurmstepd-node1: error: *** STEP 12.0 ON node1 CANCELLED AT 2026-01-01T00:00:00 DUE to SIGNAL Terminated ***",
        "[2026-03-04T10:11:12.018] _slurm_rpc_kill_job: REQUEST_KILL_JOB JobId=48213 uid 1003",
        "srun: Cancelled pending step for job 48213",
    ),
    near_misses=(
        "slurmstepd-node1: error: *** STEP 1.0 ON node1 CANCELLED AT 2026-11-21T09:51:04 DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS ***",
    ),
)
