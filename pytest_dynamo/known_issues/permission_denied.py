# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A process may not read, write or run a file.

Why: It belongs to another user, or the container maps users otherwise.

Remedy: Give the user of the ranks the right to it, on every node.

Source: The kernel's EACCES
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI912",
    "permission-denied",
    role="root",
    fault="config",
    engine="system",
    texts=("ermission denied", "Read-only file system: '/"),
    pattern=r"^(?!(?:rm|tee|mkdir|chmod|chown|cp|mv|ln|ls|cat|touch|find|du|grep|head|tail|sed|stat|dmesg|ulimit|sysctl|libfabric:\S*): |.*(?:etcdserver: |/sys/fs/cgroup/|'/moe_shared_)|.*(?:user namespace: |to setgroups: )|.*(?:/\.bash|/\.profile|/etc/profile|Libfabric|UCX |\bibv_|\bfi_|denied \((?:publickey|password|keyboard)|denied, please try again)).*[Pp]ermission denied"
    # of a container, whose root is read-only because somebody wants it so
    r"|\bRead-only file system: '(?:/(?:root|home|opt|usr|workspace|tmp|app)/|/\S*/\.(?:locks|cache)/)",
    samples=(
        "OSError: [Errno 30] Read-only file system: '/root/.cache/flashinfer/0.6.14/90a/cached_ops'",
        " 0: PermissionError: [Errno 13] Permission denied: '/models/r1/config.json'",
        "slurmstepd-node1: error: execve(): /opt/run.sh: Permission denied",
        "[1] 2026/11/21 09:19:49.741499 [FTL] Can't start JetStream: could not create storage directory - mkdir /data/jetstream: permission denied",
    ),
    near_misses=(
        "slurmstepd: error: common_file_write_content: unable to open '/sys/fs/cgroup/system.slice/job_77/memory.max' for writing: Permission denied",
        "ERROR  : Could not write info to setgroups: Permission denied",
        "enroot-nsenter: failed to create user namespace: Permission denied",
        "OSError: [Errno 30] Read-only file system: '/lustre/models'",
        "permissions: 0700",
        "rm: cannot remove '/tmp/x': Permission denied",
        "bash: /root/.bashrc: Permission denied",
        "Libfabric error: (-13) Permission denied",
        "Permission denied (publickey,password).",
    ),
)
