# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A name has no address on this node.

Why: DNS does not answer, or the name is known on other nodes only.

Remedy: Name the head by its address, and check DNS on that node.

Source: The resolver's EAI_AGAIN and EAI_NONAME
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI914",
    "name-not-resolved",
    role="root",
    fault="infrastructure",
    engine="system",
    texts=(
        "Temporary failure in name resolution",
        "Name or service not known",
        "Could not resolve host",
        "No address associated with hostname",
        "no such host",
        "Name does not resolve",
        "Failed to resolve configured TCP",
        "getaddrinfo ENOTFOUND",
        "getaddrinfo EAI_AGAIN",
        "The name or service is not known",
        "Could not resolve proxy",
        "NXDOMAIN",
        "no record found for Query",
        "could not resolve host",
        "IPv4 network addresses of",
        'srun: error: Unable to resolve "',
        "host not found in upstream",
    ),
    pattern=r"^(?!.*(?:etcd|nats|NATS|The IPv6 network addresses|pull (?:and unpack )?image|failed to do request|[Ee]rror (?:fetching|loading|downloading) (?:image|media|video))).*(?:Temporary failure in name resolution|Name or service not known|Could not resolve (?:host|proxy)|could not resolve host|NXDOMAIN|no record found for Query|No address associated with hostname|no such host|Name does not resolve)|getaddrinfo E(?:NOTFOUND|AI_AGAIN)|The name or service is not known|DistNetworkError: .*IPv4 network addresses of .* cannot be retrieved \(gai error|(?:etcd|nats|NATS).*Temporary failure in name resolution|Temporary failure in name resolution.*(?:etcd|nats)|Failed to resolve configured TCP|srun: error: Unable to resolve .*: (?:Unknown host|Host name lookup failure)|host not found in upstream",
    noticed=True,
    samples=(
        " 4: socket.gaierror: [Errno -3] Temporary failure in name resolution",
        "socket.gaierror: [Errno -2] Name or service not known",
        "slurmstepd-node2: error: pyxis:     curl: (6) Could not resolve host: registry.example",
        "socket.gaierror: [Errno -5] No address associated with hostname",
        "dial tcp: lookup models.example on 192.0.2.53:53: no such host",
        "curl: (6) getaddrinfo: Name does not resolve",
        "Error: getaddrinfo ENOTFOUND registry.example",
        "torch.distributed.DistNetworkError: The client socket has failed to connect to any network address of (head, 29500). The name or service is not known.",
        "Error: getaddrinfo EAI_AGAIN registry.example",
        "Failed to resolve configured TCP RPC host 'ib0'",
        "curl: (5) Could not resolve proxy: proxy.corp",
        "resolver: head.default.svc.cluster.local: NXDOMAIN",
        "dns error: no record found for Query { name: node1. }",
        "ssh: could not resolve hostname node1",
        "socket.gaierror: [Errno -3] Temporary failure in name resolution: 'nats'",
        "torch.distributed.DistNetworkError: The client socket has failed to connect to any network address of (head, 29500). The IPv6 network addresses of (head, 29500) cannot be retrieved (gai error: -2 - Name or service not known). The IPv4 network addresses of (head, 29500) cannot be retrieved (gai error: -2 - Name or service not known).",
        'srun: error: Unable to resolve "nid003412": Unknown host',
        '2025/10/08 13:03:51 [emerg] 1#1: host not found in upstream "frontend:8000" in /etc/nginx/conf.d/default.conf:3',
    ),
    near_misses=(
        # what a client asked for
        "2026-05-05T11:02:07.322001Z ERROR handlers.generate: Error fetching image from URL: http://images.invalid/none.png: [Errno -2] Name or service not known",
        "resolved node1 to 10.0.0.1",
        "[c10d] The IPv6 network addresses of (node1, 29500) cannot be retrieved (gai error: -2 - Name or service not known).",
    ),
)
