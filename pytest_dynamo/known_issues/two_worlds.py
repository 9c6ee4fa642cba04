# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Ranks of different worlds meet.

Why: A worker's ranks were started in several steps, or with another number of tasks than planned.

Remedy: Start every rank of the worker in one step, with --ntasks as planned.

Source: The stand-in's rendezvous
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI501",
    "two-worlds",
    role="root",
    fault="config",
    engine="stand-in",
    texts=(
        "refused by rank 0: ",
        "rank0: refused rank ",
        "mismatch in rank count from procs",
        "ranks has already checked in",
        "unexpected data parallel rank",
    ),
    pattern=r"\brefused by rank 0: |rank0: refused rank \d+, which |mismatch in rank count from procs|ranks has already checked in|unexpected data parallel rank",
    phase="launch",
    samples=(
        "rank3: refused by rank 0: has a world of 8 ranks, this world has 16",
        "rank0: refused rank 3, which has arrived already",
        "gpu-a07:51234:51301 [0] bootstrap.cc:214 NCCL WARN Bootstrap Root : mismatch in rank count from procs 16 : 8",
        "nid003412:88120:88177 [0] NCCL WARN Bootstrap Root : rank 3 of 8 ranks has already checked in",
        "RuntimeError: Message from engine with unexpected data parallel rank: 8",
    ),
    near_misses=("rank0: refused ('10.0.0.1', 4711): not of this run",),
)
