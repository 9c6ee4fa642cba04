# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A node of the Ray cluster has died.

Why: The node went down, or its raylet was ended, which is mostly for memory.

Remedy: Look at the raylet's log and the kernel's on that node, and leave it out.

Source: Ray, `python/ray/exceptions.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI339",
    "ray-node-died",
    role="symptom",
    fault="infrastructure",
    engine="ray",
    texts=(
        "because its node has died",
        "marked dead because the detector has missed too many heartbeats",
        "NodeDiedError",
        "mistakenly been marked as dead",
        "Raylet is terminated",
        "LocalRayletDiedError",
        "the actor's node was terminated unexpectedly",
        "is dead because the health check failed",
        "the node it was running on is dead or unavailable",
    ),
    samples=(
        "[2026-02-11 10:11:12,113 E 77 77] (raylet) main.cc:1: Raylet is terminated. Termination is unexpected. Possible reasons include: (1) SIGKILL by the user or system OOM killer, (2) Invalid memory access from Raylet causing SIGSEGV or SIGBUS, (3) Other termination signals.",
        "ray.exceptions.LocalRayletDiedError: The task's local raylet died. Check raylet.out for more information.",
        "ray.exceptions.ActorDiedError: The actor died because its node has died. Node Id: 5f3c",
        "(raylet) The node with node id: 5f3c and address: 192.0.2.4 and node name: 192.0.2.4 has been marked dead because the detector has missed too many heartbeats from it.",
        "ray.exceptions.NodeDiedError: Task failed due to the node (where this task was running)  was dead or unavailable.",
        "(raylet) node_manager.cc:1021: [Timeout] Exiting because this node manager has mistakenly been marked as dead by the GCS",
        "the actor's node was terminated unexpectedly: health check failed due to missing too many heartbeats",
        "[2025-09-18 04:38:16,377 W 213 232] (gcs_server) gcs_health_check_manager.cc:147: Node 510c08bfbe1181a04dfcf3cc7c256a189ea984a70293efbe2257c20a is dead because the health check failed.",
        "Task failed because the node it was running on is dead or unavailable. Node IP: 10.4.0.17, node ID: 5e3f0f5a7a2a0a3f17c8d55e1b3d0e7c.",
    ),
    near_misses=(
        "INFO the raylet is terminated with the node",
        "ray.exceptions.ActorDiedError: The actor died unexpectedly before finishing this task.",
    ),
)
