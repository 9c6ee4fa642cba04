# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""An option for the container is not understood.

Why: A mount is not SOURCE:TARGET, or a container is named that is not there.

Remedy: Write mounts as absolute paths, SOURCE:TARGET, separated by commas.

Source: Pyxis 0.24, observed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI810",
    "container-argument-malformed",
    role="root",
    fault="config",
    engine="pyxis",
    texts=(
        "Invalid --container-",
        "could not add mount entry",
        "and --container-image is not set",
        "pyxis: invalid format for",
    ),
    phase="launch",
    samples=(
        "srun: error: Invalid --container-mounts argument: abc",
        "srun: error: pyxis: could not add mount entry: abc:abc",
        'slurmstepd-node1: error: pyxis: a container with name "pyxis_keep" does not exist, and --container-image is not set',
        "slurmstepd: error: pyxis: invalid format for --container-mounts: /models",
    ),
    near_misses=("--container-mounts=/lustre:/mnt",),
)
