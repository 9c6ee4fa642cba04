# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Slurm gives the run no step.

Why: The job is over, its nodes are taken, or it lacks what the step asks for.

Remedy: Look at the job (scontrol show job): it is gone, or it lacks what the step asks for.

Source: Slurm 22.05, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue
from pytest_dynamo.known_issues.step_refused import NEVER

ISSUE = issue(
    __doc__,
    "DKI805",
    "no-step",
    role="root",
    fault="infrastructure",
    engine="slurm",
    texts=(
        "error: Unable to create step",
        "srun: error: Unable to confirm allocation",
        "error: Unable to allocate resources",
        "srun: error: Slurm job ",
        "srun: error: Job is in held state",
        "Batch job submission failed",
        "Job submit/allocate failed",
    ),
    phase="launch",
    pattern=rf"(?:Unable to (?:create step|confirm allocation|allocate resources)|submission failed(?!: Unspecified error)|allocate failed)(?!.*(?:{NEVER}|uthentication error))|Slurm job \d+ has expired|Job is in held state",
    noticed=True,
    samples=(
        "srun: error: Unable to create step for job 3: Requested nodes are busy",
        "srun: error: Unable to confirm allocation for job 26: Unable to contact slurm controller (connect failure)",
        "srun: error: Unable to allocate resources: Required node not available (down, drained or reserved)",
        "srun: error: Slurm job 12 has expired",
        "srun: error: Job is in held state, pending scheduler release",
        "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation",
        "salloc: error: Job submit/allocate failed: Required partition not available (inactive or drain)",
        "salloc: error: Unable to allocate resources: Immediate execution impossible, insufficient priority",
    ),
    near_misses=(
        "srun: Job 2 step creation temporarily disabled, retrying (Requested nodes are busy)",
        "srun: error: Unable to allocate resources: Invalid partition name specified",
        "sbatch: error: Batch job submission failed: Unspecified error",
    ),
)
