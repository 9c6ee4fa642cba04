# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A process has lost its connection to etcd and tries again.

Why: It may succeed; where it does not, the process ends, some with exit status 0.

Remedy: Look for the end of etcd, or of the network to it.

Source: Dynamo 1.6.1, run with etcd killed
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI106",
    "etcd-reconnecting",
    role="confirmation",
    fault="infrastructure",
    engine="dynamo",
    texts=(
        "Reconnecting to ETCD cluster at",
        "Failed to establish keep-alive stream",
        "Keep-alive stream unexpectedly ended",
        "Attempting to maintain lease. Check etcd server status",
        "Unable to send lease heartbeat. Check etcd server status",
    ),
    since="1.0.0",
    samples=(
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[33m WARN\x1b[0m \x1b[2mdynamo_runtime::transports::etcd::connector\x1b[0m\x1b[2m:\x1b[0m Reconnecting to ETCD cluster at http://node1:2379",
        "2026-02-11T17:40:12.551633Z  WARN dynamo_runtime::transports::etcd::lease: Failed to establish keep-alive stream lease_id=7587889561094203142",
        "2026-02-11T17:40:11.998402Z  WARN dynamo_runtime::transports::etcd::lease: Keep-alive stream unexpectedly ended lease_id=7587889561094203142",
        "2025-10-29T22:03:51.774310Z ERROR dynamo_runtime::transports::etcd::lease: Attempting to maintain lease. Check etcd server status, attempt 5/24",
        "2025-12-03T02:13:59.901177Z  WARN dynamo_runtime::transports::etcd::lease: Unable to send lease heartbeat. Check etcd server status lease_id=7587892371823049226 error=channel closed",
    ),
    near_misses=(
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[32m INFO\x1b[0m \x1b[2mdynamo_runtime::transports::etcd::connector\x1b[0m\x1b[2m:\x1b[0m Connected to ETCD cluster at http://node1:2379",
    ),
)
