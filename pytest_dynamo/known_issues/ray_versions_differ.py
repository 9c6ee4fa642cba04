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
    texts=("Version mismatch: The cluster was started with",),
    phase="launch",
    samples=("RuntimeError: Version mismatch: The cluster was started with:",),
    near_misses=("Ray runtime started.",),
)
