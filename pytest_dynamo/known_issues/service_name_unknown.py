# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The name of etcd's or of NATS's host does not exist.

Why: An address names a service or a namespace that there is none of, or another cluster's.

Remedy: Correct ETCD_ENDPOINTS and NATS_SERVER: a name that this node resolves (getent hosts).

Source: The resolver's EAI_NONAME; dynamo issues
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI114",
    "service-name-unknown",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "Name or service not known", "no such host",
        "NXDOMAIN",
        "no record found for Query",
        "could not resolve host",
        "nc: bad address '",
    ),
    pattern=r"(?:etcd|nats|NATS).*(?:Name or service not known|no such host|NXDOMAIN)|(?:no record found for Query|could not resolve host).*(?:etcd|nats)|nc: bad address '\S*(?:etcd|nats)",
    samples=(
        'Exception: Failed to connect to NATS server with config ClientOptions { server: "nats://llm-nats.prod:4222" }: failed to lookup address information: Name or service not known',
        "dial tcp: lookup llm-etcd.prod on 192.0.2.53:53: no such host",
        "could not resolve hostname nats-0.nats.svc.cluster.local: NXDOMAIN",
        "dns error: no record found for Query { name: etcd-0.etcd.default.svc.cluster.local. }",
        "nc: bad address 'dynamo-platform-nats.dynamo-system'",
    ),
    near_misses=(
        "socket.gaierror: [Errno -2] Name or service not known",
        "resolver: head.default.svc.cluster.local: NXDOMAIN",
    ),
)
