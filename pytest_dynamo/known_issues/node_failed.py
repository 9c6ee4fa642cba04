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
    texts=(
        "Node failure on ",
        "Task launch for ",
        "Application launch failed: Socket timed out",
        " is not responding",
        " launch failed: ",
        "not responding, setting DOWN",
        "unexpectedly rebooted",
        "JobState=NODE_FAIL",
        " NODE_FAIL",
        "|NODE_FAIL",
        "due to failure of node ",
        "on failed node ",
        "unexpectedly rebooted boot_time",
    ),
    pattern=r"s(?:run|alloc|batch): error: (?:Node failure on |Task launch for \S+ failed on node (?!.*(?i:prolog|credential|plugin|invalid|satisfy|not permitted|denied|authentication|incompatible|duplicate|not found on host|execve))|Application launch failed: Socket timed out|task \d+ launch failed: (?!.*(?i:credential|plugin|invalid|satisfy|not permitted|denied|authentication|incompatible|duplicate|not found on host|execve))|Aborting, \S+ .*is not responding)|not responding, setting DOWN|Node unexpectedly rebooted|JobState=NODE_FAIL|^\d+\.\d+[ |].*[ |]NODE_FAIL(?:[ |]|$)|due to failure of node |on failed node |unexpectedly rebooted boot_time",
    node=True,
    samples=(
        "640551.6 decode1 NODE_FAIL 0:0 00:03:37 hgx-07",
        "640551.6|decode1|gpu|lab|64|NODE_FAIL|0:0",
        "srun: error: Node failure on node2",
        "srun: error: Task launch for StepId=4.0 failed on node node2: Communication connection failure",
        "srun: error: Application launch failed: Socket timed out on send/recv operation",
        "srun: error: task 4 launch failed: Unspecified error",
        "srun: error: Aborting, StepId=12.0 node node3 is not responding",
        "slurmctld: error: Nodes node3 not responding, setting DOWN",
        "   Reason=Node unexpectedly rebooted [slurm@2026-11-21T09:19:49]",
        "   JobState=NODE_FAIL Reason=NodeDown Dependency=(null)",
        "salloc: error: Node failure on node3",
        "[2026-03-02T04:51:47.902] requeue job JobId=12210_11(12238) due to failure of node gpu-a07",
        "[2026-03-02T04:51:47.902] Killing JobId=4711 on failed node gpu-a07",
        "[2026-03-02T05:10:12.337] validate_node_specs: Node dgx-03 unexpectedly rebooted boot_time=1772427920 last response=1772427733",
    ),
    near_misses=(
        "srun: error: node2: task 5: Killed",
        "srun: Task launch for StepId=4.0 succeeded",
        "srun: error: Task launch for StepId=1.0 failed on node node3: Job prolog failed",
        "srun: error: Task launch for StepId=4.0 failed on node node2: Invalid job credential",
        "srun: error: task 3 launch failed: Plugin initialization failed",
        "srun: error: task 0 launch failed: Unable to satisfy cpu bind request",
        "srun: error: Task launch for StepId=51402.6 failed on node node3: Protocol authentication error",
    ),
)
