# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The Ray cluster has fewer GPUs than the engine needs.

Why: A node has not joined, or does not show its GPUs.

Remedy: Look at ray status on the head; start every node before the engine.

Source: vLLM, `executor/ray_utils.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI334",
    "ray-gpus-too-few",
    role="root",
    fault="config",
    engine="ray",
    texts=(
        "exceeds the total number of available GPUs",
        "Current node has no GPU available",
        "Cannot provide a placement group",
        "No available node types can fulfill",
        "UnschedulableError: ",
        "enough GPUs available in a current node",
    ),
    phase="launch",
    samples=(
        " 0: ValueError: The number of required GPUs exceeds the total number of available GPUs in the placement group.",
        "ValueError: Current node has no GPU available. current_node_resource={'CPU': 64.0}",
        "ValueError: Cannot provide a placement group of placement_group_specs=[{'GPU': 1.0}] within 1800 seconds.",
        "(autoscaler) Error: No available node types can fulfill resource request {'GPU': 1.0}. Add suitable node types to this cluster to resolve this issue.",
        "ray.exceptions.ActorUnschedulableError: The actor is not schedulable: The node specified via NodeAffinitySchedulingStrategy doesn't exist any more or is infeasible",
        "0: RuntimeError: driver node id b3c0fb3a is not included in a placement group PlacementGroupID(8d2c9ffb). You don't have enough GPUs available in a current node. Check `ray status` and `ray list nodes`",
    ),
    near_misses=("Total Usage: 16.0/16.0 GPU",),
)
