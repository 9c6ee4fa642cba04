# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The run ended because its allocation did.

Why: Slurm cancels a job, or a step, that has used up its time.

Remedy: Allocate for longer (salloc --time).

Source: Slurm 22.05, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI804",
    "time-limit",
    role="root",
    fault="infrastructure",
    engine="slurm",
    texts=(
        "DUE TO TIME LIMIT",
        "exceeded its time limit",
        "JobState=TIMEOUT",
        "Time limit exhausted for JobId",
    ),
    pattern=r"CANCELLED AT \S+ DUE TO TIME LIMIT|exceeded its time limit|JobState=TIMEOUT|Time limit exhausted for JobId",
    samples=(
        " 0: slurmstepd-node1: error: *** STEP 24.0 ON node1 CANCELLED AT 2026-11-21T10:09:40 DUE TO TIME LIMIT ***",
        "salloc: Job 24 has exceeded its time limit and its allocation has been revoked.",
        "srun: Job step 12.0 exceeded its time limit",
        "   JobState=TIMEOUT Reason=TimeLimit Dependency=(null)",
        "[2026-03-02T04:00:11.551] Time limit exhausted for JobId=4711",
    ),
    near_misses=(
        "TimeLimit=UNLIMITED",
        "slurmstepd-node1: error: *** STEP 3.20 ON node1 CANCELLED AT 2026-11-21T09:36:04 ***",
    ),
)
