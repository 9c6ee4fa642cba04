# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The hook that gives a container its GPUs could not put the driver's files into it.

Why: A file or a socket of the driver is not there on that node, as that of a daemon which does not
run.

Remedy: Start nvidia-persistenced and the other daemons of the driver on that node, or leave it out.

Source: libnvidia-container, `src/nvc_mount.c`; enroot, `hooks.d/98-nvidia.sh`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI831",
    "gpu-hook-failed",
    role="root",
    fault="infrastructure",
    engine="pyxis",
    texts=("nvidia-container-cli: mount error: ", "nvidia-container-cli: ldcache error: "),
    phase="launch",
    node=True,
    samples=(
        "slurmstepd: error: pyxis:     nvidia-container-cli: mount error: file creation failed: /run/enroot/overlay/1/run/nvidia-persistenced/socket: no such device or address",
        "nvidia-container-cli: ldcache error: process /sbin/ldconfig terminated with signal 9",
        "nvidia-container-cli: mount error: mount operation failed: /usr/bin/nvidia-smi: no such file or directory: unknown",
    ),
    near_misses=(
        "nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.8",
    ),
)
