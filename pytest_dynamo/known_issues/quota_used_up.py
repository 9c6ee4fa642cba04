# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A pod is not made, since what its namespace may hold is in use.

Why: A ResourceQuota counts GPUs, memory or pods of the whole namespace, and others hold them.

Remedy: Free what others hold (kubectl describe resourcequota), ask for more, or for fewer replicas.

Source: Kubernetes, `plugin/pkg/admission/resourcequota`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI832",
    "quota-used-up",
    role="root",
    fault="infrastructure",
    engine="kubernetes",
    texts=("is forbidden: exceeded quota: ", "couldn't assign flavors to pod set"),
    samples=(
        'Error creating: pods "llm-prefill-0" is forbidden: exceeded quota: gpu-quota, requested: requests.nvidia.com/gpu=8, used: requests.nvidia.com/gpu=12',
        'Error from server (Forbidden): pods "agg-0" is forbidden: exceeded quota: team-quota',
        "  Warning  Pending  16s (x11 over 4m16s)  kueue-admission  couldn't assign flavors to pod set main: insufficient unused quota for nvidia.com/gpu in flavor h100, 8 more needed",
    ),
    near_misses=(
        'pods "llm-0" is forbidden: [maximum memory usage per Container is 512Gi, but limit is 1Ti]',
        "etcdserver: mvcc: database space exceeded",
        "Disk quota exceeded",
    ),
)
