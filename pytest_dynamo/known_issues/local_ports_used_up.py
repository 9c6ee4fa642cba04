# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A process cannot open another connection, because its host has no port left for one.

Why: It opens a connection for each request, and closed ones hold their ports for a minute.

Remedy: Widen net.ipv4.ip_local_port_range on this node, or spread requests over several frontends.

Source: Linux, connect(2), EADDRNOTAVAIL
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI932",
    "local-ports-used-up",
    role="root",
    fault="infrastructure",
    engine="system",
    texts=("annot assign requested address", "no free ports"),
    pattern=r"\b[Cc]onnect|onnect\(\) failed for backend \S+: no free ports",
    phase="serving",
    samples=(
        " 0: 2026-03-02T09:19:49.741499Z ERROR dynamo_runtime::pipeline::network::egress::tcp_client: Failed to connect to 10.0.0.4:41877: Cannot assign requested address (os error 99)",
        "Mar  2 09:19:49 lb-01 haproxy[811]: Connect() failed for backend vllm: no free ports.",
    ),
    near_misses=(
        "OSError: [Errno 99] error while attempting to bind on address ('10.0.0.4', 8000): cannot assign requested address",
    ),
)
