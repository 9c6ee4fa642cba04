# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A node cannot reach the address that another one gave out.

Why: On nodes with several interfaces the wrong one is advertised, or a link is down.

Remedy: Set DYN_TCP_RPC_HOST and UCX_NET_DEVICES to the interface that the nodes share, and check
the link.

Source: Dynamo issues 813, 8058 and 8059; UCX issue 9383
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI109",
    "network-unreachable",
    role="root",
    fault="infrastructure",
    engine="system",
    texts=(
        "Network is unreachable",
        "No route to host",
        "network is unreachable",
        "no route to host",
        ", dest_addr=",
    ),
    pattern=r"^(?!.*(?:https://[\w.:-]+/v2/|NCCL WARN|host='[\w.-]*(?:huggingface|hf)\.co'|/containerLogs/)).*(?:[Nn]etwork is unreachable|[Nn]o route to host|UCX +ERROR +connect\(fd=\d+, dest_addr=\S+\) failed: )",
    noticed=True,
    samples=(
        " 9: [1763716789.123456] [node3:4711 :0] sock.c:334 UCX ERROR connect(fd=93, dest_addr=192.168.1.5:47123) failed: Network is unreachable",
        " 1: [1755788542.630466] [gpu11:1581041:0]  sock.c:323  UCX  ERROR   connect(fd=92, dest_addr=172.17.0.1:40984) failed: Connection refused",
        "OSError: [Errno 113] No route to host",
        "dial tcp 192.0.2.1:443: connect: no route to host",
        "dial tcp 192.0.2.1:443: connect: network is unreachable",
    ),
    near_misses=(
        'Error from server: Get "https://10.0.0.2:10250/containerLogs/llm/r1-prefill-0/main": dial tcp 10.0.0.2:10250: connect: no route to host',
        "network interface eth0 is up",
        'Error: initializing source docker://nvcr.io/nvidia/x:1: pinging container registry nvcr.io: Get "https://nvcr.io/v2/": dial tcp 34.199.40.84:443: connect: no route to host',
    ),
)
