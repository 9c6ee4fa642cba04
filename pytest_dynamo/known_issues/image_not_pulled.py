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
        "InvalidImageName",
        "ErrImageNeverPull",
        "manifest unknown",
        "pull access denied for",
        "invalid reference format",
        "repository name must be lowercase",
        "requested access to the resource is denied",
        "couldn't parse image name",
        "unexpected status code 40",
        "failed to fetch anonymous token",
        "unauthorized: access to the requested resource is",
    ),
    pattern=r"Failed to pull image(?!.*(?:dial tcp|i/o timeout|no such host|connection (?:refused|reset)|TLS handshake|deadline exceeded|toomanyrequests|Too Many Requests|50\d [A-Z]|unexpected EOF|request canceled|x509|no space left|error reading from server|commit digest|code = Unavailable|no match for platform|http2: |server gave HTTP))|InvalidImageName|ErrImageNeverPull|manifest unknown|pull access denied for|invalid reference format|repository name must be lowercase|requested access to the resource is denied|couldn't parse image name|unexpected status code 40[134]|failed to fetch anonymous token|unauthorized: access to the requested resource",
    phase="launch",
    samples=(
        '  Warning  Failed     90s (x3 over 2m)  kubelet            Failed to pull image "nvcr.io/nvidia/ai-dynamo/tensorrtllm-runtime:9.9": rpc error: code = NotFound',
        "Error: InvalidImageName",
        "Error: ErrImageNeverPull",
        "docker: Error response from daemon: manifest for nvcr.io/nvidia/x:9 not found: manifest unknown: manifest unknown.",
        "docker: Error response from daemon: pull access denied for x, repository does not exist or may require 'docker login'",
        "docker: invalid reference format.",
        "invalid reference format: repository name must be lowercase",
        'Failed to pull image "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.0": unexpected status from HEAD request: 401 Unauthorized',
        "denied: requested access to the resource is denied",
        "Failed to apply default image tag \"NVCR.io/X:9\": couldn't parse image name \"NVCR.io/X:9\"",
        "FATAL: While performing build: conveyor failed to get: GET https://nvcr.io/v2/x: unexpected status code 401 Unauthorized",
        "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://nvcr.io/proxy_auth?scope=repository: 401 Unauthorized",
        "reading manifest 0.9.9 in quay.io/acme/vllm-runtime: unauthorized: access to the requested resource is not authorized",
    ),
    near_misses=(
        '  Normal   Pulled     2m    kubelet            Successfully pulled image "nvcr.io/x:1" in 1.2s',
        'Failed to pull image "x:1": failed to pull and unpack image "x:1": no match for platform in manifest: not found',
        'Failed to pull image "x": failed commit on ref "layer-sha256:aa": unexpected commit digest sha256:bb',
    ),
)
