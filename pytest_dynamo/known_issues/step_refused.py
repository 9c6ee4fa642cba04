# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Slurm does not grant what was asked for, and never will.

Why: The account, the partition or the quality of service does not exist for this user, no node
is as asked, or srun is too old for an option. Inside a job srun takes any account, partition and
quality of service: these are salloc's to refuse.

Remedy: Correct the words of --dynamo-slurm; `sacctmgr show assoc` and `sinfo` tell what there is.

Source: Slurm 22.05, observed; `src/common/slurm_errno.c`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI820",
    "step-refused",
    role="root",
    fault="config",
    engine="slurm",
    texts=(
        "Invalid account or account/partition",
        "nvalid partition",
        "Invalid qos specification",
        "Invalid generic resource",
        "Invalid feature specification",
        "srun: unrecognized option '--",
    ),
    pattern=r"nvalid (?:account|partition|qos|generic|feature)|option '--(?!container-)",
    phase="launch",
    samples=(
        "srun: error: Unable to allocate resources: Invalid account or account/partition combination specified",
        "srun: error: invalid partition specified: nopart",
        "salloc: error: Job submit/allocate failed: Invalid qos specification",
        "srun: error: Unable to allocate resources: Invalid partition name specified",
        "srun: error: Unable to create step for job 1: Invalid generic resource (gres) specification",
        "salloc: error: Job submit/allocate failed: Invalid feature specification",
        "srun: unrecognized option '--segment=4'",
    ),
    near_misses=(
        "srun: partition batch is up",
        "srun: unrecognized option '--container-image=./x.sqsh'",
    ),
)
