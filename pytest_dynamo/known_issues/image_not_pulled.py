# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Kubernetes cannot get the image of a pod.

Why: Its name or tag does not exist, or the registry wants credentials that the pod does not have.

Remedy: Correct the image, or name a pull secret for its registry.

Source: Kubernetes, `pkg/kubelet/images`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI816",
    "image-not-pulled",
    role="root",
    fault="config",
    engine="kubernetes",
    texts=(
        "Failed to pull image",
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
        "ErrImageNeverPull",
        "manifest unknown",
        "pull access denied for",
    ),
    phase="launch",
    samples=(
        '  Warning  Failed     90s (x3 over 2m)  kubelet            Failed to pull image "nvcr.io/nvidia/ai-dynamo/tensorrtllm-runtime:9.9": rpc error: code = NotFound',
        "      Reason:       ErrImagePull",
        "  Warning  Failed     45s                kubelet            Error: ImagePullBackOff",
        "Error: InvalidImageName",
        "Error: ErrImageNeverPull",
        "docker: Error response from daemon: manifest for nvcr.io/nvidia/x:9 not found: manifest unknown: manifest unknown.",
        "docker: Error response from daemon: pull access denied for x, repository does not exist or may require 'docker login'",
    ),
    near_misses=(
        '  Normal   Pulled     2m    kubelet            Successfully pulled image "nvcr.io/x:1" in 1.2s',
    ),
)
