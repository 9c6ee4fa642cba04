# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The ranks run on the bare node.

Why: Mounts were given, and no image.

Remedy: Set container.image.

Source: Pyxis 0.24, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI809",
    "mounts-without-image",
    role="confirmation",
    fault="config",
    engine="pyxis",
    texts=(
        "ignoring --container-mounts because neither",
        "because neither --container-image nor",
    ),
    phase="launch",
    samples=(
        "srun: warning: pyxis: ignoring --container-mounts because neither --container-image nor --container-name is set",
        "slurmstepd: error: pyxis: ignoring --container-workdir because neither --container-image nor --container-name is set",
    ),
    near_misses=("pyxis: importing docker image: ubuntu:24.04",),
)
