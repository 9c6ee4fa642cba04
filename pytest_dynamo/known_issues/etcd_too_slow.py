# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Etcd cannot write to its disk in time, and leases run out.

Why: Each renewal of a lease is a write that etcd syncs to its log; a disk that others keep busy
makes it late for all who hold one.

Remedy: Put etcd's data directory on a quiet local disk, or on tmpfs since nothing in it outlives
the deployment, and raise ETCD_LEASE_TTL.

Source: etcd, `server/storage/wal/wal.go` and `server/etcdserver/raft.go`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI124",
    "etcd-too-slow",
    role="root",
    fault="infrastructure",
    engine="etcd",
    texts=(
        "slow fdatasync",
        "failed to send out heartbeat on time",
        "wal: sync duration of",
        "failed to revoke lease",
        "FAIL: Slowest request took too long",
    ),
    samples=(
        '{"level":"warn","ts":"2026-01-12T08:13:02.224107Z","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"3.217114212s","expected-duration":"1s"}',
        '{"level":"warn","ts":"2026-01-12T08:13:02.224107Z","caller":"etcdserver/raft.go:416","msg":"leader failed to send out heartbeat on time; took too long, leader is overloaded likely from slow disk","to":"8e9e05c52164694d","heartbeat-interval":"100ms","expected-duration":"200ms","exceeded-duration":"1.512s"}',
        "2026-02-21 01:10:02.120331 W | wal: sync duration of 2.402881s, expected less than 1s",
        '{"level":"warn","ts":"2026-02-21T01:10:07.711193Z","caller":"etcdserver/server.go:1168","msg":"failed to revoke lease","lease-id":"694d967ca5efd804","error":"etcdserver: request timed out"}',
        "FAIL: Slowest request took too long: 1.374018s",
    ),
    near_misses=(
        '{"level":"warn","ts":"2026-01-12T08:13:02.224107Z","caller":"txn/util.go:93","msg":"apply request took too long","took":"112.2ms","expected-duration":"100ms"}',
    ),
)
