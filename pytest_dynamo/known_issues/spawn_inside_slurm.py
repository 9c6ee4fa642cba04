# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""MPI cannot spawn processes inside an allocation.

Why: Slurm's variables make it ask Slurm for them.

Remedy: Start the ranks by trtllm-llmapi-launch, or unset SLURM_JOBID, SLURM_JOB_ID and
SLURM_NODELIST.

Source: mpi4py; dynamo issues 808 and 992
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI712",
    "spawn-inside-slurm",
    role="root",
    fault="config",
    engine="mpi",
    texts=(
        "_manager_spawn",
        "MPI_ERR_SPAWN",
        "plm_slurm_module.c",
        'usable "srun" command',
        "An error occurred in MPI_Comm_spawn",
        "SLURM process starter for OpenMPI was unable",
    ),
    phase="launch",
    samples=(
        ' 0:   File "/usr/local/lib/python3.12/dist-packages/mpi4py/futures/_core.py", line 350, in _manager_spawn',
        "mpi4py.MPI.Exception: MPI_ERR_SPAWN: could not spawn processes",
        "[gpu-a07:01822] [[31801,0],0] ORTE_ERROR_LOG: Not found in file plm_slurm_module.c at line 450",
        'usable "srun" command in its path. Please check your path',
        "decode-3 [gpu-a07:00311] *** An error occurred in MPI_Comm_spawn",
        "The SLURM process starter for OpenMPI was unable to locate a",
    ),
    near_misses=("mpi4py.futures manager started",),
)
