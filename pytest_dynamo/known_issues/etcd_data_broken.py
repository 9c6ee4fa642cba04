# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The data directory of etcd is damaged, or is that of another cluster.

Why: The disk failed or filled, files were removed under it, or a member was started again with the
data of an earlier cluster.

Remedy: Stop etcd, move its data directory away, and start it empty: Dynamo puts all it needs there
again.

Source: etcd, `server/storage/wal`, `server/etcdserver/api/snap`, `raft/log.go`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI120",
    "etcd-data-broken",
    role="root",
    fault="infrastructure",
    engine="etcd",
    texts=(
        "wal: crc mismatch",
        "walpb: crc mismatch",
        "wal: max entry size limit exceeded",
        "raft log corrupted, truncated, or lost",
        "snap: no available snapshot",
        "failed to recover v3 backend from snapshot",
        "cluster ID mismatch",
        "has already been bootstrapped",
        "the member has been permanently removed from the cluster",
        "corrupt cluster",
        "failed to purge wal file",
        "freepages: ",
        "Page expected to be: ",
        "invalid freelist page",
        "wal: file not found",
        "snap: snapshot file doesn't exist",
        "snap: crc mismatch",
        "snap: empty snapshot",
        "wal: snapshot mismatch",
        "wal: snapshot not found",
        "wal: conflicting metadata found",
        "wal: slice bounds out of range",
        "tocommit(",
        "state.commit ",
        '"error":"invalid database"',
        '"error":"checksum error"',
        '"error":"file size too small"',
    ),
    samples=(
        '{"level":"panic","ts":"2026-01-12T08:13:02Z","msg":"failed to open database","path":"/data/member/snap/db","error":"invalid database"}',
        '{"level":"panic","ts":"2026-01-12T08:13:02Z","msg":"failed to open database","path":"/data/member/snap/db","error":"checksum error"}',
        '{"level":"panic","ts":"2026-01-12T08:13:02Z","msg":"failed to open database","path":"/data/member/snap/db","error":"file size too small"}',
        "wal: crc mismatch",
        "read wal: walpb: crc mismatch",
        '{"level":"fatal","msg":"discovery failed","error":"wal: max entry size limit exceeded, recBytes: 8292"}',
        "panic: tocommit(90122) is out of range [lastIndex(0)]. Was the raft log corrupted, truncated, or lost?",
        "etcdmain: snap: no available snapshot",
        '{"level":"panic","msg":"failed to recover v3 backend from snapshot","error":"failed to find database snapshot file"}',
        '{"level":"fatal","msg":"request sent was ignored (cluster ID mismatch: peer[8e9e]=cdf8, local=1f3c)"}',
        "discovery failed: member 8e9e05c52164694d has already been bootstrapped",
        "the member has been permanently removed from the cluster",
        "etcdserver: corrupt cluster",
        '{"level":"fatal","msg":"failed to purge wal file","error":"open /tmp/etcd/member/wal: no such file or directory"}',
        "panic: freepages: failed to get all reachable pages (page 1021: multiple references)",
        "panic: assertion failed: Page expected to be: 5, but self identifies as 0",
        "panic: invalid freelist page: 66, page type is leaf",
        '{"level":"fatal","msg":"failed to open WAL","error":"wal: file not found"}',
        "etcdserver: snap: snapshot file doesn't exist",
        "etcdserver: snap: crc mismatch",
        "read snap: snap: empty snapshot",
        "discovery failed: wal: snapshot mismatch",
        "discovery failed: wal: snapshot not found",
        "discovery failed: wal: conflicting metadata found",
        "discovery failed: wal: slice bounds out of range",
        "C | raft: tocommit(138789) is out of range [lastIndex(0)]",
        "panic: 39246a319e218d4a state.commit 51644801 is out of range [0, 0]",
    ),
    near_misses=(
        "saved snapshot at index 90122",
    ),
)
