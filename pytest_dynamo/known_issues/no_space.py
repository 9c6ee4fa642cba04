# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A file system of a node is full: a disk, or /dev/shm.

Why: NCCL and the engines put their shared memory into /dev/shm, which containers make small; caches
and logs fill disks.

Remedy: Free space on this node; for shared memory enlarge /dev/shm.

Source: Dynamo issue 1408
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI902",
    "no-space",
    role="root",
    fault="infrastructure",
    engine="system",
    texts=(
        "No space left on device",
        "no space left on device",
        "failed to extend /dev/shm",
        "unable to allocate shared memory(shm) for file",
        "database or disk is full",
        "Please check that /dev/shm or the directory you specified has more available memory",
        "there is not enough space for",
        "OutOfDiskError: ",
        "Not enough free disk space to download the file",
        "FreeDiskSpaceFailed",
    ),
    pattern=r"^(?!.*(?:[cC]group|inotify|user namespace|ibv_|mlx5|NET/(?:IB|OFI)))",
    node=True,
    samples=(
        "failed to extend /dev/shm/nccl-3XvSgG to 9637892 bytes: No space left on device (28)",
        " 6: OSError: [Errno 28] No space left on device: '/root/.cache/huggingface'",
        '{"level":"fatal","ts":"2026-11-21T09:19:49.741499Z","caller":"etcdserver/storage.go:96","msg":"failed to save Raft hard state and entries","error":"write /tmp/etcd/member/wal/0.tmp: no space left on device"}',
        "node1:4711:4801 [0] misc/shmutils.cc:72 NCCL WARN Error: failed to extend /dev/shm/nccl-Abc123 to 9637892 bytes",
        "RuntimeError: unable to allocate shared memory(shm) for file </torch_4711_12>: Success (0)",
        "sqlite3.OperationalError: database or disk is full",
        "mm_posix.c:195  UCX  ERROR Not enough memory to write total of 4292720 bytes. Please check that /dev/shm or the directory you specified has more available memory.",
        "It appears as if there is not enough space for /dev/shm/vader_segment.node1.1 (the shared-memory backing",
        "ray.exceptions.OutOfDiskError: Local disk is full",
        "/usr/local/lib/python3.12/dist-packages/huggingface_hub/file_download.py:799: UserWarning: Not enough free disk space to download the file. The expected file size is: 4943.16 MB.",
        "  Warning  FreeDiskSpaceFailed    3m11s                kubelet  Failed to garbage collect required amount of images. Attempted to free 81603842048 bytes, but only found 0 bytes eligible to free.",
    ),
    near_misses=(
        "enroot-nsenter: failed to create user namespace: No space left on device",
        "/dev/shm has 640 GB",
        "slurmstepd: error: xcgroup_instantiate: unable to create cgroup '/sys/fs/cgroup/memory/slurm/uid_100/job_1' : No space left on device",
        "NCCL WARN NET/IB : Unable to open device mlx5_3: No space left on device",
        "(raylet) file_system_monitor.cc:116: /tmp/ray/session_1 is over 95% full, available space: 3.81168 GB; capacity: 438.042 GB.",
    ),
)
