# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A node does not believe the controller.

Why: Their clocks differ, or their keys or states are not of one cluster.

Remedy: Set the clocks of the nodes (chrony), and check munge's key on that node.

Source: Slurm 22.05; munge
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI815",
    "credential-revoked",
    role="root",
    fault="infrastructure",
    engine="slurm",
    texts=(
        "Job credential revoked",
        "Rewound credential",
        "Expired credential",
        "Munge decode failed",
    ),
    samples=(
        "srun: error: Task launch failed: Job credential revoked",
        "slurmstepd-node2: error: Munge decode failed: Rewound credential",
        "slurmd: error: Munge decode failed: Expired credential",
    ),
    near_misses=("munged: Credential decoded",),
)
