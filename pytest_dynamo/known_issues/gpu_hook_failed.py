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
    texts=(
        "nvidia-container-cli: mount error: ",
        "nvidia-container-cli: ldcache error: ",
        "/run/nvidia-persistenced/socket: no such file",
        'error mounting "/usr/lib/',
        "hooks.d/98-nvidia.sh exited with return code",
    ),
    pattern=r"nvidia-container-cli: mount error: |nvidia-container-cli: ldcache error: |nvidia-container-cli: (?:mount|ldcache) error: |/run/nvidia-persistenced/socket: no such file|error mounting \S+/(?:libcuda|libnvidia|nvidia)\S* to rootfs|hooks\.d/98-nvidia\.sh exited with return code",
    phase="launch",
    node=True,
    samples=(
        "slurmstepd: error: pyxis:     nvidia-container-cli: mount error: file creation failed: /run/enroot/overlay/1/run/nvidia-persistenced/socket: no such device or address",
        "nvidia-container-cli: ldcache error: process /sbin/ldconfig terminated with signal 9",
        "nvidia-container-cli: mount error: mount operation failed: /usr/bin/nvidia-smi: no such file or directory: unknown",
        "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: failed to fulfil mount request: open /run/nvidia-persistenced/socket: no such file or directory: unknown",
        '  Warning  Failed  3s (x2 over 17s)  kubelet  Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/usr/lib/x86_64-linux-gnu/libcuda.so.550.54.15" to rootfs at "/usr/lib/x86_64-linux-gnu/libcuda.so.550.54.15": no such file or directory',
        "slurmstepd: error: pyxis:     [ERROR] /etc/enroot/hooks.d/98-nvidia.sh exited with return code 1",
    ),
    near_misses=(
        "nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.8",
    ),
)
