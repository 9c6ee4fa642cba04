# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A component of a dynamo serve graph has stopped.

Why: It died, often at import; dynamo serve itself lives on, and ends with exit status 0.

Remedy: Look for the component's own error above this line.

Source: Dynamo 0.3.2, run
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI110",
    "graph-component-stopped",
    role="confirmation",
    fault="product",
    engine="dynamo",
    texts=(
        "watcher._stop: ",
        "VllmWorker stopped",
    ),
    before="0.4.0",
    samples=(
        "2025-07-23T02:36:58.123Z  INFO watcher._stop: dynamo_EchoWorker stopped",
        "2025-06-24 03:18:41 circus[2101] [INFO] dynamo_VllmWorker stopped",
    ),
    near_misses=("2025-07-23T02:36:58.123Z  INFO watcher.start: dynamo_EchoWorker started",),
)
