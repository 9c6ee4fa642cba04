# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A collective of NCCL does not end.

Why: One rank does not take part: it hangs, has died, or does something else.

Remedy: Look for the rank whose last lines differ from the others'.

Source: PyTorch, `ProcessGroupNCCL.cpp`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI704",
    "nccl-watchdog",
    role="symptom",
    fault="product",
    engine="nccl",
    texts=(
        "Watchdog caught collective operation timeout",
        "ProcessGroupNCCL watchdog hang",
        "failure detected by watchdog at work sequence",
        "Some NCCL operations have failed or timed out",
        "Received a dump signal due to a collective timeout",
        "watchdog got stuck for ",
    ),
    noticed=True,
    samples=(
        " 7: [rank7]:[E1121 09:19:49.741499 ProcessGroupNCCL.cpp:632] [Rank 7] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=12)",
        "[rank4]:[F822 16:41:16.294344990 ProcessGroupNCCL.cpp:1557] Terminating the process after attempting to dump debug info, due to ProcessGroupNCCL watchdog hang.",
        "[rank0]:[E606 09:09:08.169193939 ProcessGroupNCCL.cpp:2395] [PG ID 0 PG GUID 0(default_pg) Rank 0]  failure detected by watchdog at work sequence id: 1 PG status: last enqueued work: 1, last completed work: -1",
        "4: [E ProcessGroupNCCL.cpp:489] Some NCCL operations have failed or timed out. Due to the asynchronous nature of CUDA kernels, subsequent GPU operations might run on corrupted/incomplete data.",
        "[rank1]:[E104 12:30:45.330042118 ProcessGroupNCCL.cpp:1746] [PG ID 0 PG GUID 0 Rank 1] Received a dump signal due to a collective timeout from  rank 6 and we will try our best to dump the debug info.",
        "[rank2]:[E1229 20:29:13.091296956 ProcessGroupNCCL.cpp:1484] [PG ID 0 PG GUID 0(default_pg) Rank 2] ProcessGroupNCCL's watchdog got stuck for 480 seconds without making progress in monitoring enqueued collectives.",
    ),
    near_misses=("NCCL watchdog thread started",),
)
