# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""etcd does not know the user.

Why: Its authentication is on, and ETCD_AUTH_USERNAME or the password is missing or wrong.

Remedy: Set ETCD_AUTH_USERNAME and ETCD_AUTH_PASSWORD, or turn authentication off.

Source: etcd, `api/v3rpc/rpctypes`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI118",
    "etcd-refuses-user",
    role="root",
    fault="config",
    engine="etcd",
    texts=(
        "etcdserver: user name is empty",
        "etcdserver: authentication failed",
        "etcdserver: invalid auth token",
        "etcdserver: permission denied",
        "authentication failed, invalid user ID",
        '"msg":"invalid password"',
        '"msg":"invalid auth token"',
    ),
    samples=(
        "etcdserver: user name is empty",
        "etcdserver: authentication failed, invalid user ID or password",
        "etcdserver: invalid auth token",
        "etcdserver: permission denied",
        'Failed to connect to etcd server with config ClientOptions { etcd_url: ["http://node1:2379"] }: authentication failed, invalid user ID or password',
        '{"level":"info","ts":"2025-06-02T10:21:07.811Z","caller":"auth/store.go:345","msg":"invalid password","user-name":"dynamo"}',
        '{"level":"warn","ts":"2025-06-02T10:21:09.004Z","caller":"auth/store.go:1001","msg":"invalid auth token","token":"fvtPmcIYbYYWKgRm.10"}',
    ),
    near_misses=("etcdserver: no leader",),
)
