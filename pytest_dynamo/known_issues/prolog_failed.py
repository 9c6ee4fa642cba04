# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A node's prolog failed, so it starts no task.

Why: What the site checks or mounts there before each job did not go well; Slurm drains the node.

Remedy: Leave the node out, and look at slurmd's log on it.

Source: Slurm, `src/slurmd/slurmd/req.c`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI824",
    "prolog-failed",
    role="root",
    fault="infrastructure",
    engine="slurm",
    texts=(
        "rolog failed", "rolog error",
        "rolog or job env setup failure",
        "rolog launch failure",
        "PrologSlurmctld failed",
        "and not able to requeue it, cancelling job",
        " prolog exit status 1",
    ),
    phase="launch",
    node=True,
    samples=(
        "srun: error: Task launch for StepId=1.0 failed on node node3: Job prolog failed",
        "srun: error: Application launch failed: Job prolog failed",
        "slurmd: error: Prolog error 1:0 for job 12",
        "slurmctld: error: validate_node_specs: Prolog or job env setup failure on node node3, draining the node",
        "slurmctld: error: Prolog launch failure, JobId=12",
        "srun: error: PrologSlurmctld failed, job requeued and held",
        "[2025-10-08T13:03:51.802] Could not launch job 48211 and not able to requeue it, cancelling job",
        "slurmctld: error: prolog_slurmctld JobId=48211 prolog exit status 1:0",
    ),
    near_misses=("slurmd: prolog for job 12 ran for 3 seconds",),
)
