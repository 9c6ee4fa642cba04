# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NCCL has lost another rank.

Why: That rank ended, or the network to it.

Remedy: Look for the rank that ended first.

Source: NCCL, `src/misc/socket.cc`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI703",
    "nccl-peer-lost",
    role="echo",
    fault="infrastructure",
    engine="nccl",
    texts=(
        "ncclRemoteError",
        "remote process exited or there was a network error",
        "socketProgress: Connection closed by remote peer",
        "socketProgressOpt: Call to recv from",
        "Connection closed by peer [",
    ),
    samples=(
        " 4: torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:2021, remote process exited or there was a network error",
        "ncclRemoteError: A call failed possibly due to a network error or a remote process exiting prematurely.",
        "node02:81234:81512 [1] misc/socket.cc:64 NCCL WARN socketProgress: Connection closed by remote peer node01.cluster<41234>",
        "node02:81234:81512 [1] misc/socket.cc:58 NCCL WARN socketProgressOpt: Call to recv from 10.0.0.1<41234> failed : Connection reset by peer",
        "RuntimeError: [../third_party/gloo/gloo/transport/tcp/pair.cc:534] Connection closed by peer [10.0.0.1]:41873",
    ),
    near_misses=("NCCL INFO Connected all rings",),
)
