# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Another model is registered at the endpoint.

Why: A worker of another run or of another model uses the same namespace and component, or its lease
has not ended yet.

Remedy: Give each run a namespace of its own, or wait for the lease of the earlier worker.

Source: Dynamo 1.6.1, run
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI203",
    "endpoint-taken",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "Cannot register model ",
        "is already registered there",
        "Duplicate component. Attempt to register model",
        "conflicting model registration",
    ),
    phase="registration",
    samples=(
        " 0: Exception: Cannot register model 'b' on endpoint 'dynamo.backend.generate': a different model 'a' is already registered there",
        "Exception: Duplicate component. Attempt to register model Qwen/Qwen3-32B at dynamo/backend, which is already used by dynamo.backend.generate-694d967ca5efd804 running model Qwen/Qwen3-0.6B.",
        " 8: 2026-04-21T13:20:08.002Z ERROR dynamo_runtime::worker: Application shutdown with error: failed to roll back conflicting model registration for instance 694d967ca5efd804",
    ),
    near_misses=("rank0 registered m at dynamo.backend.generate after 16 ranks",),
)
