# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Slurm has lost a node.

Why: Its power, its network or its slurmd is gone; Slurm says so one to three times SlurmdTimeout
later.

Remedy: Leave that node out (--exclude) and have it looked at (scontrol show node).

Source: Slurm 22.05, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI803",
    "node-failed",
    role="root",
    fault="infrastructure",
    engine="slurm",
    texts=("Node failure on ", "Task launch for "),
    pattern=r"srun: error: (?:Node failure on |Task launch for \S+ failed on node (?!.*(?i:prolog)))",
    node=True,
    samples=(
        "srun: error: Node failure on node2",
        "srun: error: Task launch for StepId=4.0 failed on node node2: Communication connection failure",
    ),
    near_misses=(
        "srun: error: node2: task 5: Killed",
        "srun: Task launch for StepId=4.0 succeeded",
        "srun: error: Task launch for StepId=1.0 failed on node node3: Job prolog failed",
    ),
)
