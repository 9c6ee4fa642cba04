# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A rank was told to stop, by a signal.

Why: The scheduler, a person or another tool sent SIGTERM; ranks end their world in order then, with
exit status 0.

Remedy: Find who sent SIGTERM: the scheduler, a person, another tool.

Source: The stand-in's rendezvous
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI502",
    "told-to-stop",
    role="root",
    fault="infrastructure",
    engine="stand-in",
    texts=(
        "told to stop",
        "Shutdown initiated (signal=",
        "SIGTERM death signal",
        "got signal: 15",
        "KeyboardInterrupt: terminated",
    ),
    pattern=r"rank\d+: told to stop|rank \d+ was told to stop|Shutdown initiated \(signal=|SIGTERM death signal|SignalException: Process \d+ got signal: 15|KeyboardInterrupt: terminated",
    samples=(
        "rank0: told to stop",
        " 0: rank0: rank 5 was told to stop, stopping the world",
        "(EngineCore_DP0 pid=7) INFO 11-21 09:19:49 [core.py:901] Shutdown initiated (signal=SIGTERM)",
        "W0616 00:44:57.731000 4026234 torch/distributed/elastic/agent/server/api.py:719] Received Signals.SIGTERM death signal, shutting down workers",
        "torch.distributed.elastic.multiprocessing.api.SignalException: Process 219811 got signal: 15",
        "KeyboardInterrupt: terminated",
    ),
    near_misses=("rank0: lost rank 5, aborting the world",),
)
