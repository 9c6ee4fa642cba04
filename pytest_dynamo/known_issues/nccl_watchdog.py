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
    ),
    noticed=True,
    samples=(
        " 7: [rank7]:[E1121 09:19:49.741499 ProcessGroupNCCL.cpp:632] [Rank 7] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=12)",
        "[rank4]:[F822 16:41:16.294344990 ProcessGroupNCCL.cpp:1557] Terminating the process after attempting to dump debug info, due to ProcessGroupNCCL watchdog hang.",
    ),
    near_misses=("NCCL watchdog thread started",),
)
