# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The allocation is over.

Why: It was given back, cancelled, or never granted.

Remedy: Look at the job (sacct -j, scontrol show job).

Source: Slurm 22.05, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI812",
    "allocation-revoked",
    role="confirmation",
    fault="infrastructure",
    engine="slurm",
    texts=(
        "Job allocation ",
        "Check SLURM_JOB_ID environment variable. Expired or",
        "srun: Force Terminated job ",
        "salloc: error: Allocation was revoked for job",
    ),
    pattern=r"Job allocation \d+ has been revoked|Check SLURM_JOB_ID environment variable|srun: Force Terminated job \d|salloc: error: Allocation was revoked",
    samples=(
        "salloc: Job allocation 12 has been revoked.",
        "srun: Check SLURM_JOB_ID environment variable. Expired or invalid job 812345",
        "srun: Force Terminated job 812345",
        "salloc: error: Allocation was revoked for job 48211 before command could be run",
    ),
    near_misses=("salloc: Granted job allocation 26", "salloc: Pending job allocation 11"),
)
