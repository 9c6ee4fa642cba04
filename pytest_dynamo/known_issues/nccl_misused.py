# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NCCL refuses what it was asked for.

Why: Ranks share a GPU, the network that NCCL_NET names is not there, or the ranks call different
things.

Remedy: Set NCCL_DEBUG=WARN for the reason, which NCCL prints above.

Source: NCCL, `src/misc/argcheck.cc`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI770",
    "nccl-misused",
    role="symptom",
    fault="config",
    engine="nccl",
    texts=("ncclInvalidUsage", "invalid usage"),
    pattern=r"ncclInvalidUsage|NCCL [Ee]rror.*\binvalid usage\b",
    samples=(
        "ncclInvalidUsage: This usually reflects invalid usage of NCCL library.",
        "RuntimeError: NCCL error: invalid usage (run with NCCL_DEBUG=WARN for details)",
        "Assertion failed: Failed, NCCL error ncclCommunicator.cpp:90 'invalid usage (run with NCCL_DEBUG=WARN for details)'",
    ),
    near_misses=(
        "node1:4711:4711 [0] NCCL INFO ncclCommInitRank comm 0x1 rank 0 nranks 8 cudaDev 0",
        "ncclInvalidArgument: Invalid value for an argument.",
    ),
)
