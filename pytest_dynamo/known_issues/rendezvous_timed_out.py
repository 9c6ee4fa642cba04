# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Ranks have waited for others that never came.

Why: A rank did not start, was not reached, or waits for a larger world.

Remedy: Look for the rank that is missing, and whether the address of rank 0 is reachable from its
node.

Source: PyTorch, `csrc/distributed/c10d/TCPStore.cpp` and `socket.cpp`; vLLM issue 19670
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI707",
    "rendezvous-timed-out",
    role="symptom",
    fault="infrastructure",
    engine="torch",
    texts=(
        "waiting for clients",
        "The client socket has timed out",
        "store based barrier",
        "failed to connect to any network address of",
        "connectFullMesh failed",
        "DistStoreError: wait timeout",
        "retrieving ncclUniqueId from",
        "The server socket on",
        "recvValueWithTimeout failed on",
        "RendezvousTimeoutError",
        "client socket has failed to connect to ",
        "gloo/transport/tcp/unbound_buffer.cc",
    ),
    pattern=r"Timed out after \d+ seconds waiting for clients|client socket has timed out|Timed out initializing process group in store based barrier|failed to connect to any network address of(?!.*(?:name or service is not known|IPv4 network addresses of .* cannot be retrieved))|connectFullMesh failed(?!.*remote=\[127\.0\.)|DistStoreError: wait timeout|retrieving ncclUniqueId from .*(?:[Tt]imeout|timed out)|server socket on .*(?:not reachable|timed out)|recvValueWithTimeout failed on|RendezvousTimeoutError|client socket has failed to connect to \S+ \(errno: 110|unbound_buffer\.cc:\d+\] Timed out waiting",
    noticed=True,
    samples=(
        "torch.distributed.DistStoreError: Timed out after 601 seconds waiting for clients. 1/2 clients joined.",
        "torch.distributed.DistNetworkError: The client socket has timed out after 600000ms while trying to connect to (172.17.0.9, 46229).",
        "RuntimeError: Timed out initializing process group in store based barrier on rank: 3, for key: store_based_barrier_key:1 (world_size=4, worker_count=3, timeout=0:30:00)",
        "torch.distributed.DistNetworkError: The client socket has failed to connect to any network address of (node1, 29500).",
        "RuntimeError: Gloo connectFullMesh failed with [../third_party/gloo/gloo/transport/tcp/pair.cc:144] no error",
        "torch.distributed.DistStoreError: wait timeout after 600000ms, keys: /default_pg/0//cpu//0",
        "torch.distributed.DistBackendError: [8] is setting up NCCL communicator and retrieving ncclUniqueId from [0] via c10d key-value store by key '0', but store->get('0') got error: Socket Timeout",
        "RuntimeError: [c10d] The server socket on [node1]:29500 is not reachable: timed out",
        "[rank1]:[W1104 16:00:31.210044877 TCPStore.cpp:138] [c10d] recvValueWithTimeout failed on SocketImpl(fd=77, addr=[localhost]:41532, remote=[localhost]:29500): Timed out",
        "torch.distributed.elastic.rendezvous.api.RendezvousTimeoutError",
        "24: [W1104 16:02:07.331170918 socket.cpp:752] [c10d] The client socket has failed to connect to [nid003412]:29500 (errno: 110 - Connection timed out).",
        "RuntimeError: [../third_party/gloo/gloo/transport/tcp/unbound_buffer.cc:81] Timed out waiting 1800000ms for recv operation to complete",
    ),
    near_misses=(
        "Waiting for 1 clients",
        "Gloo connectFullMesh failed with [pair.cc:150] timed out connecting: SO_ERROR: Connection refused, remote=[127.0.0.1]:14215",
        "torch.distributed.DistNetworkError: The client socket has failed to connect to any network address of (head, 29500). The IPv4 network addresses of (head, 29500) cannot be retrieved (gai error: -2 - Name or service not known).",
        "[W1104 16:02:07.331170918 socket.cpp:752] [c10d] The client socket has failed to connect to [localhost]:29500 (errno: 97 - Address family not supported by protocol).",
    ),
)
