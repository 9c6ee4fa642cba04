# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""This Slurm does not know containers.

Why: The Pyxis plugin is not installed, so srun refuses its options.

Remedy: Install the Pyxis plugin of Slurm, or set container.runtime to apptainer or none.

Source: Slurm 22.05 without Pyxis, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI801",
    "no-pyxis",
    role="root",
    fault="config",
    engine="slurm",
    texts=(
        "unrecognized option '--container-",
        'SPANK plugin "pyxis" option',
        "/spank_pyxis.so version (",
        "spank_pyxis.so. Aborting",
        "spank_pyxis.so: cannot open shared object file",
    ),
    phase="launch",
    samples=(
        "srun: unrecognized option '--container-image=./x.sqsh'",
        'slurmstepd: error: Warning: SPANK plugin "pyxis" option "container-image" not found',
        "sbatch: plugin_load_from_file: Incompatible Slurm plugin /cm/shared/apps/slurm/current/lib64/slurm/spank_pyxis.so version (25.05.9)",
        "srun: error: spank: /etc/slurm/plugstack.conf.d/pyxis.conf:1: Failed to load plugin /usr/local/lib/slurm/spank_pyxis.so. Aborting.",
        "slurmstepd: error: plugin_load_from_file: dlopen(/usr/lib/x86_64-linux-gnu/slurm/spank_pyxis.so): /usr/lib/x86_64-linux-gnu/slurm/spank_pyxis.so: cannot open shared object file: No such file or directory",
    ),
    near_misses=(
        "srun: unrecognized option '--contain'",
        "srun: unrecognized option '--mpi=pmix5'",
    ),
)
