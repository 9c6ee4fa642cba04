# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The frontend no longer hears from etcd.

Why: It goes on with what it knew, so a worker that has gone stays listed.

Remedy: Look for the end of etcd in its own log, and start the deployment anew.

Source: Dynamo 1.6.1, run with etcd killed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI104",
    "etcd-watch-lost",
    role="root",
    fault="infrastructure",
    engine="dynamo",
    texts=(
        "still failing to resync etcd watch prefix",
        "Model reconciliation failed",
        "giving up watch",
        "etcd watch stream closed",
        "watch canceled by the server",
        "ailed to reconnect to ETCD for watching",
        "within 10 secs for watching prefix",
        "Watch stream unexpectedly closed",
        "Error watching stream for prefix",
        "kv watch stream closed",
        "watch stream closed for prefix",
        "Missing header in watch response",
    ),
    noticed=True,
    samples=(
        "ERROR dynamo_runtime::transports::etcd: Failed to reconnect to ETCD for watching prefix 'v1/instances': Unable to reconnect to ETCD cluster: deadline exceeded",
        "0: \x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_runtime::transports::etcd\x1b[0m\x1b[2m:\x1b[0m still failing to resync etcd watch prefix v1/instances",
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[33m WARN\x1b[0m \x1b[2mdynamo_llm::discovery::watcher\x1b[0m\x1b[2m:\x1b[0m Model reconciliation failed: transport error",
        'ERROR dynamo_runtime::transports::etcd: giving up watch prefix="v1/instances" start_revision=4419',
        'ERROR dynamo_runtime::transports::etcd: etcd watch stream closed prefix="v1/instances" error=etcdserver: mvcc: required revision has been compacted',
        'WARN dynamo_runtime::transports::etcd: watch canceled by the server reason="mvcc: required revision has been compacted" prefix="v1/mdc"',
        "frontend-1  | 2026-01-19T22:05:37.101988Z  WARN dynamo_runtime::transports::etcd: Watch stream unexpectedly closed for prefix 'v1/mdc/'",
        "2026-01-19T22:06:02.771Z  WARN dynamo_runtime::transports::etcd: Error watching stream for prefix 'v1/mdc/' error=watch error: etcdserver: mvcc: required revision has been compacted",
        "2026-01-19T22:05:47.118432Z ERROR dynamo_runtime::transports::etcd: Failed to reconnect to ETCD within 10 secs for watching prefix 'v1/instances/': deadline exceeded",
        "2025-05-27T09:14:33.402117Z  INFO dynamo_runtime::transports::etcd: kv watch stream closed",
        "2025-09-18T02:41:07.118290Z ERROR dynamo_runtime::utils::typed_prefix_watcher: TypedPrefixWatcher watch stream closed for prefix 'models/'",
        "2026-01-09T11:03:55.620187Z ERROR dynamo_runtime::transports::etcd: Missing header in watch response for prefix 'v1/instances/'",
    ),
    near_misses=(
        '\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[32m INFO\x1b[0m \x1b[2mdynamo_llm::discovery::watcher\x1b[0m\x1b[2m:\x1b[0m Committed discovered model group model_name="m" members=1',
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[32m INFO\x1b[0m \x1b[2mdynamo_runtime::transports::etcd\x1b[0m\x1b[2m:\x1b[0m resynced etcd watch prefix v1/instances",
    ),
)
