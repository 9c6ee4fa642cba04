# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Kubernetes has not got the image of a pod yet.

Why: The reason of a waiting container names no cause; the event of the pull that failed does.

Remedy: Read the events of the pod (kubectl describe pod): the name is wrong, or the registry
refuses or does not answer.

Source: Kubernetes, `pkg/kubelet/images`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI825",
    "image-back-off",
    role="symptom",
    fault="config",
    engine="kubernetes",
    texts=(
        "ErrImagePull",
        "ImagePullBackOff",
        "trying and failing to pull image",
        "Back-off pulling image",
    ),
    phase="launch",
    samples=(
        "      Reason:       ErrImagePull",
        "  Warning  Failed     45s                kubelet            Error: ImagePullBackOff",
        'Error from server (BadRequest): container "main" in pod "llm-agg0" is waiting to start: trying and failing to pull image',
        '  Normal   BackOff  2m9s (x6 over 4m51s)  kubelet  Back-off pulling image "nvcr.io/nvidia/ai-dynamo/tensorrtllm-runtime:0.6.1"',
    ),
    near_misses=(
        "  Normal   Pulled     2m    kubelet            Container image already present on machine",
    ),
)
