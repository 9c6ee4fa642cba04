# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NCCL finds no network interface of the name it was given.

Why: NCCL_SOCKET_IFNAME or GLOO_SOCKET_IFNAME names an interface that this node lacks.

Remedy: Name an interface that every node has (ip addr), or leave the variable out.

Source: NCCL, `src/bootstrap.cc`; Gloo, `transport/tcp/device.cc`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI709",
    "no-socket-interface",
    role="root",
    fault="config",
    engine="nccl",
    texts=(
        "no socket interface found",
        "Unable to find address for",
        "No such device",
        "of the specified interfaces exist",
        "SOCKET_IFNAME=",
        "is neither AF_INET",
        "NET/Socket : no interface found",
        "Unable to find interface for:",
        "No usable listening interface found",
        ": No socket interface found",
    ),
    pattern=r"no socket interface found|Unable to find address for|(?:ZMQError|OSError|error): .*No such device(?: \(addr='tcp|: b?')|none of the specified interfaces exist|ncclSocketInit: .*is neither AF_INET|SOCKET_IFNAME=\S*: (?:no such|not found|.*does not exist|no interface)|OSError: \[Errno 19\] No such device: .?[a-z]|NET/Socket : no interface found|Unable to find interface for:|No usable listening interface found|: No socket interface found",
    samples=(
        "node1:4711:4711 [0] bootstrap.cc:43 NCCL WARN Bootstrap : no socket interface found",
        "RuntimeError: [enforce fail at /pytorch/third_party/gloo/gloo/transport/tcp/device.cc:83] ifa != nullptr. Unable to find address for: eth9",
        "zmq.error.ZMQError: No such device (addr='tcp://eth9:5557')",
        "OSError: [Errno 19] No such device: b'eth4'",
        "The OOB/TCP component found none of the specified interfaces exist",
        "ncclSocketInit: connecting to address  with family 59936 is neither AF_INET(2) nor AF_INET6(10)",
        "RuntimeError: NCCL_SOCKET_IFNAME=ib9: no such interface",
        "OSError: [Errno 19] No such device: ib3",
        "gpu-node-17:223645:223701 [0] net_socket.cc:47 NCCL WARN NET/Socket : no interface found",
        "RuntimeError: [enforce fail at /pytorch/third_party/gloo/gloo/transport/tcp/device.cc:84] ifa != nullptr. Unable to find interface for: ib0",
        "node07:48122:48122 [0] transport/net_socket.cc:81 NCCL WARN NET/Socket : No usable listening interface found",
        "/dvs/p4/build/sw/bootstrap/uid/ncclSocket/ncclsocket_socket.cpp:460: No socket interface found",
    ),
    near_misses=(
        "NCCL INFO Bootstrap : Using eth0:192.0.2.1<0>",
        "OSError: [Errno 19] No such device",
        "NCCL INFO NCCL_SOCKET_IFNAME=eth0 set by environment",
    ),
)
