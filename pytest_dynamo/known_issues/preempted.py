# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Slurm has ended the job for another one.

Why: The partition or QOS lets others preempt it.

Remedy: Ask for a QOS that is not preempted.

Source: Slurm, `slurmstepd`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI813",
    "preempted",
    role="root",
    fault="infrastructure",
    engine="slurm",
    texts=(
        "DUE TO PREEMPTION",
        "DUE TO JOB REQUEUE",
        "JobState=PREEMPTED",
        "has been killed to reclaim resources",
        "has been requeued to reclaim resources",
        "this job is preempted",
    ),
    samples=(
        " 0: slurmstepd-node1: error: *** STEP 7.0 ON node1 CANCELLED AT 2026-11-21T10:09:40 DUE TO PREEMPTION ***",
        "slurmstepd-node1: error: *** JOB 12 ON node1 CANCELLED AT 2026-11-21T09:19:49 DUE TO JOB REQUEUE ***",
        "   JobState=PREEMPTED Reason=None Dependency=(null)",
        "[2026-03-02T11:02:13.441] preempted JobId=4711 has been killed to reclaim resources for JobId=4802",
        "[2026-03-02T11:02:13.441] preempted JobId=4711 has been requeued to reclaim resources for JobId=4802",
        "submitit WARNING (2025-10-08 13:03:51,794) - Caught signal SIGUSR2 on gb200-07: this job is preempted.",
    ),
    near_misses=("PreemptMode=OFF",),
)
