# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A worker process of Ray has died.

Why: Its own log, or that of its node, says why.

Remedy: Look for the first error of that worker, and whether its node is still there.

Source: Ray, `python/ray/exceptions.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI335",
    "ray-actor-died",
    role="confirmation",
    fault="product",
    engine="ray",
    texts=(
        "The actor died unexpectedly before finishing this task",
        "RayActorError",
        "A worker died or was killed while executing a task",
        "ActorDiedError",
        "WorkerCrashedError",
    ),
    pattern=r"(?:The actor died unexpectedly before finishing this task|(?:RayActor|ActorDied|WorkerCrashed)Error|A worker died or was killed while executing a task)(?!.*its node has died)",
    samples=(
        " 0: ray.exceptions.ActorDiedError: The actor died unexpectedly before finishing this task.",
        "ray.exceptions.RayActorError: The actor is dead because its owner has died.",
        "(raylet) A worker died or was killed while executing a task by an unexpected system error.",
        "ray.exceptions.ActorDiedError: The actor died because of an error raised in its creation task",
        "ray.exceptions.WorkerCrashedError: The worker died unexpectedly while executing this task.",
    ),
    near_misses=(
        "The actor finished its task",
        "ray.exceptions.ActorDiedError: The actor died because its node has died.",
    ),
)
