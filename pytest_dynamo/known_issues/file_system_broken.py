# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A file system of a node does not work.

Why: A disk or the network to a file server fails.

Remedy: Leave the node out (--exclude), and have its mounts looked at.

Source: The kernel's EIO, ESTALE, EROFS and ENOTCONN
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI904",
    "file-system-broken",
    role="root",
    fault="infrastructure",
    engine="system",
    texts=(
        "o such device (os error 19)",
        "Input/output error",
        "Stale file handle",
        "Read-only file system",
        "Transport endpoint is not connected",
        "Stale NFS file handle",
        "Cannot send after transport endpoint shutdown",
        "Remote I/O error",
        "No locks available",
        "Structure needs cleaning",
        "Communication error on send",
        "Bad message",
        "Host is down: '",
        "I/O error, dev ",
        "Remounting filesystem read-only",
        "EXT4-fs error",
        "Metadata I/O ",
        "Corruption detected. Unmount",
        "timeout, reset controller",
        "aborting reset, CSTS",
        "input/output error",
        "read-only file system",
        "stale NFS file handle",
        "transport endpoint is not connected",
        "remote I/O error",
        "no locks available",
        "structure needs cleaning",
        "critical medium error, dev",
        "Filesystem has been shut down",
        "log I/O error",
    ),
    pattern=r"^(?!(?!.*(?:(?:[\s'\x22(=:]|^)/\w|Errno 5|os error 5|\b(?:[Rr]ead|[Ww]rite|[Oo]pen|[Ff]ile|[Dd]isk|I/O)\b)).*nput/output error)(?!(?:mkdir|touch|rm|tee|chmod|chown|cp|mv|ln): .*Read-only|.*Read-only file system: '(?:/(?:root|home|opt|usr|workspace|tmp|app)/|/\S*/\.(?:locks|cache)/)|.*(?:creating mount source path|UCX|ibv_|mlx5|NET/|libfabric|[Cc]allback|status -\d)).*(?:[Ii]nput/output error|[Ss]tale (?:NFS )?file handle|[Rr]ead-only file system|/.*[Tt]ransport endpoint is not connected|[Tt]ransport endpoint is not connected.*/|Cannot send after transport endpoint shutdown|[Rr]emote I/O error|[Nn]o locks available|I/O error, dev |Remounting filesystem read-only|EXT4-fs error|XFS .*(?:Metadata I/O |Corruption detected)|nvme\d+: .*(?:timeout, reset controller|aborting reset, CSTS)|[Nn]o such device \(os error 19\)|[Ss]tructure needs cleaning|\[Errno \d+\] (?:Communication error on send|Bad message|Host is down: '/))|critical medium error, dev|XFS \S+: (?:Filesystem has been shut down|log I/O error)",
    node=True,
    broad=True,
    samples=(
        "OSError: No such device (os error 19)",
        " 6: OSError: [Errno 5] Input/output error: '/lustre/models/r1/model-00001.safetensors'",
        "OSError: [Errno 116] Stale file handle",
        "OSError: [Errno 30] Read-only file system: '/var/log'",
        "OSError: [Errno 107] Transport endpoint is not connected: '/models/r1'",
        "ls: cannot access '/models': Stale NFS file handle",
        "OSError: [Errno 108] Cannot send after transport endpoint shutdown: '/lustre/models/r1'",
        "OSError: [Errno 121] Remote I/O error: '/models/r1/config.json'",
        "OSError: [Errno 37] No locks available",
        "OSError: [Errno 117] Structure needs cleaning: '/raid/models'",
        "OSError: [Errno 70] Communication error on send: '/lustre/models'",
        "OSError: [Errno 74] Bad message: '/models/r1/config.json'",
        "OSError: [Errno 112] Host is down: '/mnt/smb/models'",
        "blk_update_request: I/O error, dev nvme0n1, sector 123456",
        "EXT4-fs (nvme0n1p2): Remounting filesystem read-only",
        "EXT4-fs error (device nvme0n1p2): ext4_find_entry:1455: inode #131073: comm python3: reading directory lblock 0",
        "XFS (dm-3): Metadata I/O Error (0x1) detected at xfs_trans_read_buf_map",
        "XFS (dm-3): Corruption detected. Unmount and run xfs_repair",
        "nvme nvme0: I/O 128 QID 4 timeout, reset controller",
        "nvme nvme0: Device not ready; aborting reset, CSTS=0x1",
        "[1] 2026/05/01 10:00:00.000000 [FTL] Can't start JetStream: error creating msg store: open /data/jetstream/x: input/output error",
        '{"level":"fatal","msg":"cannot access data directory","error":"open /etcd/.touch: read-only file system"}',
        "open /models/config.json: stale NFS file handle",
        'error mounting "/lustre" to rootfs at "/lustre": mount src=/lustre: transport endpoint is not connected',
        "write /data/x: remote I/O error",
        "lock /data/db: no locks available",
        "open /var/lib/etcd/member: structure needs cleaning",
        "nvme0n1: critical medium error, dev nvme0n1, sector 811 op 0x0:(READ)",
        "XFS (nvme1n1): log I/O error -5",
        "XFS (nvme1n1): Filesystem has been shut down due to log error (0x2).",
    ),
    near_misses=(
        "Error response from daemon: error while creating mount source path '/data/hf': mkdir /data: read-only file system",
        "disk read 1.2 GB/s",
        "OSError: [Errno 30] Read-only file system: '/root/.cache/flashinfer'",
        "OSError: [Errno 107] Transport endpoint is not connected",
        "[1732181989.123456] [node1:4711:0] ib_mlx5_dv.c:452  UCX  ERROR   mlx5dv_devx_obj_create(CQ) failed on mlx5_2: Remote I/O error",
        "error handling callback was invoked with status -3 (Input/output error)",
        "zmq: Bad message from peer",
        "mkdir: cannot create directory '/root/.cache': Read-only file system",
        "NCCL WARN NET/OFI Request 0x7f completed with error. RC: 5. Error: Input/output error",
        "[TRT-LLM] [E] Failed to initialize executor on rank 0: Input/output error",
        "[03/02/2025-15:15:21] [TRT-LLM] [E] Failed to initialize executor on rank 1: Input/output error",
    ),
)
