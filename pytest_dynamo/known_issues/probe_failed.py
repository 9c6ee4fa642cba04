# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Kubernetes restarts a container that does not answer its probe.

Why: The server hangs, or takes longer to load than the probe allows.

Remedy: Read what the container said before; a model that loads for long needs a startup probe with
more failures.

Source: Kubernetes, `pkg/kubelet/prober`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI819",
    "probe-failed",
    role="confirmation",
    fault="product",
    engine="kubernetes",
    texts=(
        "failed liveness probe, will be restarted",
        "failed startup probe, will be restarted",
    ),
    samples=(
        "  Normal   Killing    1m    kubelet            Container main failed liveness probe, will be restarted",
        "  Normal   Killing    1m    kubelet            Container main failed startup probe, will be restarted",
    ),
    near_misses=(
        "  Warning  Unhealthy  1m    kubelet            Readiness probe failed: HTTP probe failed with statuscode: 503",
    ),
)
