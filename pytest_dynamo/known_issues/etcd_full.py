# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The store of etcd is full, and it takes no more writes.

Why: Its quota is used up, by keys of earlier runs or by a history that was never compacted.

Remedy: Start etcd with an empty data directory, or compact and defragment it and raise
--quota-backend-bytes.

Source: etcd, `server/etcdserver/errors`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI112",
    "etcd-full",
    role="root",
    fault="infrastructure",
    engine="etcd",
    texts=(
        "mvcc: database space exceeded",
        "etcdserver: no space",
        "alarm:NOSPACE",
        "alarm NOSPACE",
        '"alarm":"NOSPACE"',
        "ALARM NOSPACE",
    ),
    samples=(
        '2026-01-12T08:13:02.224107Z ERROR dynamo_runtime::worker: grpc request error: status: ResourceExhausted, message: "etcdserver: mvcc: database space exceeded"',
        "etcdserver: no space",
        "memberID:13803658152347727308 alarm:NOSPACE",
        "alarm NOSPACE raised by peer 8e9e05c52164694d",
        '{"level":"warn","msg":"alarm raised","alarm":"NOSPACE","from":"8e9e05c52164694d"}',
        '{"health":"false","reason":"ALARM NOSPACE"}',
    ),
    near_misses=("mvcc: finished scheduled compaction",),
)
