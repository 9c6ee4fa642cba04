# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The prefill worker runs with the overlap scheduler.

Why: These releases cannot hand a KV cache over with it; it shows at the first request.

Remedy: Set disable_overlap_scheduler: true in the engine config of prefill.

Source: Dynamo pull request 1690; TensorRT-LLM pull request 10755 lifts it
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI304",
    "overlap-on-prefill",
    role="root",
    fault="config",
    engine="trtllm",
    texts=("Context only requests are not supported in pytorch backend when overlap is enabled",),
    phase="serving",
    before="1.3.0",
    between_roles=True,
    samples=(
        " 0: ValueError: Context only requests are not supported in pytorch backend when overlap is enabled.",
    ),
    near_misses=("overlap scheduler is enabled",),
)
