# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Slurm's controller does not answer.

Why: It is down or busy; steps that run go on.

Remedy: Wait for the controller (scontrol ping), and start again.

Source: Slurm 22.05, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI811",
    "controller-away",
    role="confirmation",
    fault="infrastructure",
    engine="slurm",
    texts=(
        "Unable to contact slurm controller",
        "controller not responding, sleeping and retrying",
        " is DOWN",
    ),
    pattern=r"^(?!srun: error: Unable to confirm).*Unable to contact slurm controller|controller not responding, sleeping and retrying|^Slurmctld\(\w+\) at \S+ is DOWN",
    samples=(
        "slurm_load_jobs error: Unable to contact slurm controller (connect failure)",
        "srun: error: Slurm controller not responding, sleeping and retrying.",
        "srun: Slurm controller not responding, sleeping and retrying.",
        "Slurmctld(primary) at ctl01 is DOWN",
    ),
    near_misses=("Slurmctld(primary) at ctl is UP",),
)
