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
    texts=("ncclRemoteError", "remote process exited or there was a network error"),
    samples=(
        " 4: torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:2021, remote process exited or there was a network error",
        "ncclRemoteError: A call failed possibly due to a network error or a remote process exiting prematurely.",
    ),
    near_misses=("NCCL INFO Connected all rings",),
)
