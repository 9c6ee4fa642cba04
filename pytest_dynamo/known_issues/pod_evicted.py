# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Kubernetes has ended a pod because its node ran short.

Why: Memory or disk of the node was used up, by this pod or by another.

Remedy: Give the pod requests that fit what it uses, or keep others off the node.

Source: Kubernetes, `pkg/kubelet/eviction`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI818",
    "pod-evicted",
    role="root",
    fault="infrastructure",
    engine="kubernetes",
    texts=(
        "The node was low on resource: ",
        "The node had condition: [",
        "ephemeral local storage usage exceeds",
        "Usage of EmptyDir volume",
        "has larger consumption of ephemeral-storage",
        "pod is evicted successfully",
        "exceeded its local ephemeral storage limit",
    ),
    node=True,
    samples=(
        "  Warning  Evicted  pod/llm-0-3  Container vllm was using 214Gi, request is 0, has larger consumption of ephemeral-storage than the node allows",
        "  Warning  Evicted    1m    kubelet            The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 8Gi.",
        "  Message:  The node had condition: [DiskPressure].",
        "Pod ephemeral local storage usage exceeds the total limit of containers 20Gi.",
        'Usage of EmptyDir volume "dshm" exceeds the limit "8Gi".',
        'I0314 08:36:43.517795    3244 eviction_manager.go:614] "Eviction manager: pod is evicted successfully" pod="dynamo/vllm-prefill-0"',
        '{"kind":"Event","reason":"Evicted","message":"Container main exceeded its local ephemeral storage limit \\"10Gi\\". "}',
    ),
    near_misses=("  Normal   Started    2m    kubelet            Started container main",),
)
