# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The executor makes no step any more.

Why: A collective waits for a rank that does something else, or for a transfer that does not end.

Remedy: Look for the rank whose last lines differ from the others'; take the stacks of all ranks.

Source: TensorRT-LLM, `_torch/pyexecutor/hang_detector.py`; DeepEP, `csrc/deep_ep.cpp`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI509",
    "hang-detected",
    role="symptom",
    fault="product",
    engine="trtllm",
    texts=(
        "Hang detected after",
        "Hang detected on rank",
        "Hang detected, ",
        "DeepEP error: ",
        "HangDetector: ",
        "atchdog timeout (self.watchdog_",
    ),
    pattern=r"Hang detected (?:after \d+ seconds|on rank \d+)|Hang detected, |DeepEP error: (?:CPU recv )?timeout|HangDetector: (?:propagating hard-kill|self-SIGKILL)|atchdog timeout \(self\.watchdog_",
    phase="serving",
    noticed=True,
    samples=(
        " 7: [11/21/2026-09:19:49] [TRT-LLM] [E] Hang detected after 300 seconds.",
        "[TRT-LLM] [E] Hang detected on rank 3 in PyExecutor.",
        "[TRT-LLM] [E] Hang detected, shutting down immediately.",
        "RuntimeError: DeepEP error: timeout (dispatch CPU)",
        "RuntimeError: DeepEP error: CPU recv timeout",
        "5: [TRT-LLM] [E] HangDetector: propagating hard-kill to all ranks via MPI_Abort.",
        "[TRT-LLM] [E] HangDetector: self-SIGKILL; relying on the launcher to propagate to peer ranks.",
        "[2025-06-12 10:05:01 TP0] Watchdog timeout (self.watchdog_timeout=300)",
        "[2026-05-12 10:05:01 TP0] Scheduler watchdog timeout (self.watchdog_timeout=300, self.soft=False)",
    ),
    near_misses=(
        "hang detector started, 300 seconds",
        "DeepEP error: no such rank",
    ),
)
