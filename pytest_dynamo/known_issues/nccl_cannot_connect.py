# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NCCL cannot connect two ranks.

Why: A firewall or a route between their nodes, or an interface that is chosen and not reachable.

Remedy: Check the network between the two nodes; name the interface by NCCL_SOCKET_IFNAME.

Source: NCCL, `src/misc/socket.cc`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI720",
    "nccl-cannot-connect",
    role="symptom",
    fault="infrastructure",
    engine="nccl",
    texts=(
        "socketPollConnect: connect to",
        "socketPollConnect: Connect to",
        "socketStartConnect: Connect to",
        "Call to connect to",
        "NET/Socket : socket connect failed",
        "Call to ibv_modify_qp failed",
        "SocketPollConnect: connect to",
        "socketPollConnect: connect returned",
        "NCCL WARN Net : Connect to",
        "Attempted to connect incompatible devices",
    ),
    pattern=r"socket(?:Poll|Start)Connect: [Cc]onnect to(?!.*, retrying \(\d)|Call to connect to|socket connect failed|ibv_modify_qp failed with (?:error |110 )?Connection timed out|SocketPollConnect: connect to .*exceeded error|socketPollConnect: connect returned .*exceeded error|NCCL WARN Net : Connect to \S+ failed|Attempted to connect incompatible devices",
    noticed=True,
    samples=(
        "node1:4711:4801 [2] NCCL WARN socketPollConnect: connect to 192.0.2.19<42113> returned Connection timed out(110), exceeded error retry count after 35 attempts",
        "node1:4711:4801 [2] NCCL WARN socketStartConnect: Connect to 192.0.2.19<42113> failed : Software caused connection abort",
        "node1:4711:4801 [2] NCCL WARN Call to connect to 192.0.2.19<42113> failed : Connection refused",
        "node1:4711:4801 [2] NCCL WARN NET/Socket : socket connect failed 192.0.2.3<4711>: Connection refused",
        "node1:4711:4801 [2] NCCL WARN socketPollConnect: connect to 192.0.2.3<4711> returned No route to host(113), exceeded error retry count after 35 attempts",
        "node1:4711:4801 [0] misc/socket.cc:567 NCCL WARN socketPollConnect: Connect to 192.0.2.19<43117> failed : No route to host",
        "node1:4711:4801 [0] NCCL WARN Call to ibv_modify_qp failed with 110 Connection timed out, on dev mlx5_3:1, curr state INIT, next state RTR",
        "[2026-02-25 16:41:56] tpgds-aihub0003:2387398:2387398 [3] os/linux.cc:200 NCCL WARN ncclOsSocketPollConnect: connect to 10.82.101.249<37857> returned Connection refused, exceeded error retry count after 35 attempts",
        "ps-8:795:822 [0] include/socket.h:409 NCCL WARN Net : Connect to 192.168.1.9<54263> failed : No route to host",
        "vae-2296-0:10209:10243 [1] misc/socket.cc:544 NCCL WARN socketPollConnect: connect returned Connection refused, exceeded error retry count (35)",
        "node07:48122:48310 [0] transport/net_ib.cc:1180 NCCL WARN NET/IB : Attempted to connect incompatible devices: [0]mlx5_0:1/IB and [2]mlx5_2:1/RoCE. Try selecting NICs of only one link type using NCCL_IB_HCA",
    ),
    near_misses=(
        "node1:4711:4801 [2] NCCL INFO socketPollConnect: connected to 192.0.2.19<42113>",
        "NCCL INFO Connected all rings",
        "NCCL WARN Call to ibv_modify_qp failed with 22 Invalid argument",
        "gpu-node-17:8841:9022 [0] NCCL INFO socketPollConnect: connect to 10.12.4.9<57017> returned Connection refused, retrying (1/34) after sleep for 100 msec",
    ),
)
