# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Slurm does not grant what was asked for, and never will.

Why: The account, the partition or the quality of service does not exist for this user, or no node
is as asked.

Remedy: Correct the words of --dynamo-slurm; `sacctmgr show assoc` and `sinfo` tell what there is.

Source: Slurm, `src/common/slurm_errno.c`
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
    ),
    phase="launch",
    samples=(
        "srun: error: Unable to allocate resources: Invalid account or account/partition combination specified",
        "srun: error: invalid partition specified: nopart",
        "salloc: error: Job submit/allocate failed: Invalid qos specification",
        "srun: error: Unable to allocate resources: Invalid partition name specified",
    ),
    near_misses=("srun: partition batch is up",),
)
