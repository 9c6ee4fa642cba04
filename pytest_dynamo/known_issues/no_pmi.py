# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The ranks find no process manager that Open MPI knows.

Why: The step was started without PMIx, so every rank aborts in MPI_Init.

Remedy: Start the ranks with srun --mpi=pmix.

Source: Open MPI, `orte/mca/ess/pmi`; dynamo issues 5948, 5960 and 6481
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI711",
    "no-pmi",
    role="root",
    fault="config",
    engine="mpi",
    texts=(
        "application appears to have been direct launched using",
        "PMI2_Init failed",
        "Cannot find PMI2 library",
        "requires access to a local PMIx server",
        "No PMIx server was reachable",
        "OPAL ERROR: Not initialized in file pmix",
        "singletons will be started",
        "was not built with SLURM's PMI support",
    ),
    pattern=r'application appears to have been direct launched using "srun"|PMI2_Init failed|Cannot find PMI2 library|requires access to a local PMIx server|No PMIx server was reachable|OPAL ERROR: Not initialized in file pmix|\d+ singletons will be started|was not built with SLURM.s PMI support',
    phase="launch",
    samples=(
        'The application appears to have been direct launched using "srun",',
        ' 2: The application appears to have been direct launched using "srun",',
        "PMI2_Init failed to intialize.  Return code: 14",
        "Cannot find PMI2 library: libpmi2.so.0",
        "Open MPI requires access to a local PMIx server to execute. Please ensure",
        "No PMIx server was reachable, but a PMI1/2 was detected.",
        "[gnode12:14911] OPAL ERROR: Not initialized in file pmix2x_client.c at line 109",
        "5: If srun is being used to launch application, 4 singletons will be started.",
        "but OMPI was not built with SLURM's PMI support and therefore cannot",
    ),
    near_misses=("srun: launching StepId=1.0 on host node1, 4 tasks: [0-3]",),
)
