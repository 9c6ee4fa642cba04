# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A node does not believe the controller.

Why: Their keys or states are not of one cluster.

Remedy: Check munge's key on that node, and that munged runs there.

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
        "Munge decode failed",
        "Munge encode failed",
        "Munge authentication failure",
        "has authentication error",
        "munged is up",
        "Invalid job credential",
        "Job credential replayed",
        "Protocol authentication error",
        "Credential data mismatch",
    ),
    pattern=r"^(?!.*\b(?:Rewound|Expired) credential\b)|Credential data mismatch",
    samples=(
        "srun: error: Task launch failed: Job credential revoked",
        "slurmstepd-node2: error: Munge decode failed: Invalid credential",
        'srun: error: Munge encode failed: Failed to access "/run/munge/munge.socket.2": No such file or directory',
        "srun: error: authentication: Munge authentication failure",
        "srun: error: slurm_unpack_received_msg: auth_g_verify: REQUEST_LAUNCH_TASKS has authentication error: Unspecified error",
        "srun: error: If munged is up, restart with --num-threads=10",
        "srun: error: Task launch for StepId=4.0 failed on node node2: Invalid job credential",
        "srun: error: Task launch for StepId=4.1 failed on node node2: Job credential replayed",
        "sbatch: error: Batch job submission failed: Protocol authentication error",
        "[2026-03-02T09:12:31.753] error: Credential signature check: Credential data mismatch",
    ),
    near_misses=(
        "munged: Credential decoded",
        "slurmd: error: Munge decode failed: Rewound credential",
    ),
)
