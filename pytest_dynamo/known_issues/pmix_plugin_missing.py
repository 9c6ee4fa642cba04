# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Slurm has no PMIx, which --mpi=pmix asks for.

Why: Slurm was built without it, or the library is not installed on the nodes.

Remedy: Ask `srun --mpi=list` what there is, and have PMIx installed on every node.

Source: Slurm, `src/interfaces/mpi.c` and `plugins/mpi/pmix`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI717",
    "pmix-plugin-missing",
    role="root",
    fault="config",
    engine="slurm",
    texts=(
        "specified plugin name for mpi/pmix",
        "can not load PMIx library",
        "create mpi context for",
        "reate context for mpi/",
        "nvalid MPI type '",
        "cannot find mpi plugin for mpi/pmix",
    ),
    phase="launch",
    samples=(
        "srun: error: Couldn't find the specified plugin name for mpi/pmix looking at all files",
        "srun: error: Invalid MPI type 'pmix', --mpi=list for acceptable types",
        " 0: slurmstepd-node1: error:  mpi/pmix_v4: init: (null) [0]: mpi_pmix.c:193: pmi/pmix: can not load PMIx library",
        "srun: error: cannot create mpi context for mpi/pmix",
        "srun: error: MPI: Cannot create context for mpi/pmix_v3",
        "srun: error: invalid MPI type 'pmix', --mpi=list for acceptable types",
        "srun: error: cannot find mpi plugin for mpi/pmix_v3",
    ),
    near_misses=("srun: MPI plugin types are...",),
)
