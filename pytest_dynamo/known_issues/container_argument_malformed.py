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
        "pyxis: mount target must be",
        "pyxis: --container-name: flag must be",
        "pyxis: both --container-mount-home",
        "Invalid image reference: docker://",
        "invalid mount path: '",
        "mount source must be a relative path",
    ),
    phase="launch",
    samples=(
        "srun: error: Invalid --container-mounts argument: abc",
        "srun: error: pyxis: could not add mount entry: abc:abc",
        'slurmstepd-node1: error: pyxis: a container with name "pyxis_keep" does not exist, and --container-image is not set',
        "slurmstepd: error: pyxis: invalid format for --container-mounts: /models",
        "srun: error: pyxis: mount target must be a relative path or an absolute path",
        'srun: error: pyxis: --container-name: flag must be "auto", "create", "exec" or "no_exec"',
        "srun: error: pyxis: both --container-mount-home and --no-container-mount-home were specified",
        "slurmstepd: error: pyxis:     [ERROR] Invalid image reference: docker://nvcr.io/nvidia/ai-dynamo/tensorrtllm-runtime:1.0.0",
        "docker: Error response from daemon: invalid mount config for type \"bind\": invalid mount path: 'models' mount path must be absolute.",
        'srun: error: pyxis: mount source must be a relative path, an absolute path, "tmpfs" or "umount"',
    ),
    near_misses=("--container-mounts=/lustre:/mnt",),
)
