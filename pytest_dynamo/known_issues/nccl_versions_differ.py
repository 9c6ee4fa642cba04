# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The ranks of a world run different releases of NCCL.

Why: Nodes have different images, or LD_LIBRARY_PATH finds another libnccl on some of them.

Remedy: Start every rank from the same image, and let LD_LIBRARY_PATH name no other libnccl.so.2.

Source: NCCL, `src/init.cc` and `src/bootstrap.cc`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI771",
    "nccl-versions-differ",
    role="root",
    fault="config",
    engine="nccl",
    texts=(
        "Mismatched NCCL version",
        "Mismatched NCCL git version",
        "NCCL version mismatch with",
        "NCCL library is not backwards compatible",
        "Message truncated : received ",
    ),
    samples=(
        "node1:4711:4801 [0] init.cc:1100 NCCL WARN Mismatched NCCL version detected : rank 0 version 22005 rank 8 version 21805",
        "Mismatched NCCL git versions detected: rank 0 fingerprint 0x01020304, rank 8 fingerprint 0x04030201",
        "NCCL WARN NCCL version mismatch with remote peer 192.0.2.3<4711> (local: 22703, remote 22605)",
        "NCCL WARN NCCL library is not backwards compatible. This application was compiled with NCCL version 2.27, but is running with NCCL library version 2.21.",
        "gpu-node-05:41022:41511 [0] bootstrap.cc:103 NCCL WARN Message truncated : received 1024 bytes instead of 256",
    ),
    near_misses=("NCCL version 2.27.5+cuda12.9",),
)
