# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The parts of a Ray cluster are of different releases.

Why: The nodes run images with another Python or another Ray.

Remedy: Run the same image on every node of the worker.

Source: Ray, `python/ray/_private/utils.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI337",
    "ray-versions-differ",
    role="root",
    fault="config",
    engine="ray",
    texts=(
        "Version mismatch: The cluster was started with",
        "Python minor versions differ between client and server",
        "Client Ray installation incompatible with server",
    ),
    phase="launch",
    samples=(
        "RuntimeError: Version mismatch: The cluster was started with:",
        "RuntimeError: Python minor versions differ between client and server: client is 3.12.3, server is 3.10.12",
        "RuntimeError: Client Ray installation incompatible with server: client is 2021-05-20, server is 2021-12-07",
    ),
    near_misses=(
        "Ray runtime started.",
        "WARNING utils.py:1591 -- Python patch version mismatch: The cluster was started with:",
    ),
)
