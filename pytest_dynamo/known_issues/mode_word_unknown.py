# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The worker does not know this word for its role.

Why: The words changed: prefill_and_decode became agg, and the strategy is gone.

Remedy: Name the release of Dynamo in versions.dynamo as it is in the image.

Source: Dynamo pull requests 4097 and 11887
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI317",
    "mode-word-unknown",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "argument --disaggregation-mode: invalid choice",
        "argument --disaggregation-strategy",
        "is not a valid DisaggregationMode",
        "'DisaggregationMode' has no attribute",
        "is not a valid DisaggregationStrategy",
        "is no longer supported; use --disaggregation-mode=",
    ),
    phase="launch",
    samples=(
        " 0: __main__.py: error: argument --disaggregation-mode: invalid choice: 'prefill_and_decode' (choose from 'agg', 'pd', 'prefill', 'decode', 'encode')",
        "python3 -m dynamo.trtllm: error: argument --disaggregation-strategy: expected one argument",
        "ValueError: 'prefill_and_decode' is not a valid DisaggregationMode",
        "AttributeError: type object 'DisaggregationMode' has no attribute 'PREFILL_AND_DECODE'",
        "ValueError: 'decode-first' is not a valid DisaggregationStrategy",
        "ValueError: --disaggregation-mode=prefill_and_decode is no longer supported; use --disaggregation-mode=agg for aggregated serving or --disaggregation-mode=pd for a combined prefill+decode worker.",
    ),
    near_misses=("--disaggregation-mode prefill",),
)
