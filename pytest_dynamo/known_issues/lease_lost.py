# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A process has lost its lease in etcd, and ends.

Why: Etcd was too slow or away for longer than the lease lives, or the process had no processor to
keep it alive with.

Remedy: Put etcd on quiet cores and a quiet disk, and raise ETCD_LEASE_TTL.

Source: Dynamo, `runtime/src/transports/etcd/lease.rs`; dynamo issues 3493, 3899, 4363 and 11068
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI103",
    "lease-lost",
    role="root",
    fault="infrastructure",
    engine="dynamo",
    texts=(
        "keep alive task failed", "requested lease not found", "expired or revoked", "revoked or expired",
        "Unable to maintain lease", "Lease expired, lease_id=",
        "Keep-alive lease expired",
    ),
    pattern=r"keep alive task failed(?!.*operation was canceled)|requested lease not found|[Ll]ease.{0,40}(?:expired or revoked|revoked or expired)|Unable to maintain lease(?:\. Check| - deadline exceeded)|Lease expired, lease_id=|Keep-alive lease expired lease_id=",
    broad=True,
    noticed=True,
    samples=(
        "2026-07-01T10:00:20.123456Z ERROR dynamo_runtime::transports::etcd::lease: Lease expired, lease_id=7587889012345 keep alive response ttl=0",
        "\x1b[2m2025-07-23T02:36:48.123Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_runtime::transports::etcd::lease\x1b[0m\x1b[2m:\x1b[0m keep alive task failed: grpc request error: status: Unavailable",
        " 0: \x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_runtime::transports::etcd\x1b[0m\x1b[2m:\x1b[0m unable to keep lease: etcdserver: requested lease not found",
        "2026-11-21T09:19:49.741499Z ERROR dynamo_runtime::transports::etcd::lease: Unable to maintain lease - expired or revoked",
        "2026-11-21T09:19:49.741499Z ERROR dynamo_runtime::transports::etcd::lease: Unable to maintain lease - deadline exceeded. lease_id=7587891",
        "2026-11-21T09:19:49.741499Z ERROR dynamo_runtime::transports::etcd::lease: keep alive lease was revoked or expired lease_id=7587891834150043674",
        "2026-11-21T09:19:49.741499Z ERROR dynamo_runtime::transports::etcd::lease: Unable to maintain lease. Check etcd server status error=lease expired",
        "prefill-1  | 2026-01-19T22:06:01.005128Z ERROR dynamo_runtime::transports::etcd::lease: Keep-alive lease expired lease_id=7587888423158276100",
    ),
    near_misses=(
        'ERROR dynamo_runtime::transports::etcd::lease: keep alive task failed: grpc request error: status: Cancelled, message: "operation was canceled"',
        "\x1b[2m2025-07-23T02:36:48.123Z\x1b[0m \x1b[32m INFO\x1b[0m \x1b[2mdynamo_runtime::transports::etcd\x1b[0m\x1b[2m:\x1b[0m lease 7587 granted, ttl=10",
        "Exception: Unable to create lease. Check etcd server status at http://node1:2379",
        "the token has expired or revoked itself",
    ),
)
