# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The registry of an image does not answer.

Why: The node has no way to it, or no name server, or the registry is down or takes no more pulls.

Remedy: Try the pull on that node by hand; use a mirror, or an image that lies on the cluster.

Source: containerd, `remotes/docker`; Docker; enroot, `docker.sh`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI826",
    "registry-unreachable",
    role="root",
    fault="infrastructure",
    engine="kubernetes",
    texts=(
        "Failed to pull image",
        "failed to pull and unpack image",
        "rror response from daemon: Get ",
        "toomanyrequests",
        "failed to do request: ",
        "returned error code: 5",
        "returned error code: 4",
        "curl: (",
        "pinging container registry ",
        "unexpected status from HEAD request to ",
    ),
    # curl: no connection, no answer in time, no handshake, or one that broke
    pattern=r"(?:Failed to pull image|failed to pull and unpack image|failed to do request: |rror response from daemon: Get .?https://).*(?:dial tcp|i/o timeout|no such host|connection (?:refused|reset)|TLS handshake|deadline exceeded|Too Many Requests|(?<![\d.])50\d [A-Z]|unexpected EOF|error reading from server|code = Unavailable|request canceled|http2: )|toomanyrequests|\[ERROR\] URL \S+ returned error code: (?:5\d\d|429|408)|pyxis: .*curl: (?:\(22\) The requested URL returned error: 5\d\d|\((?:7|28|35|52|55|56)\) )|pinging container registry .*(?:dial tcp|i/o timeout|no such host|connection (?:refused|reset)|TLS handshake|deadline exceeded|Too Many Requests|unexpected EOF)|unexpected status from HEAD request to \S+: 5\d\d ",
    phase="launch",
    samples=(
        "slurmstepd: error: pyxis:     curl: (28) Failed to connect to nvcr.io port 443 after 129871 ms: Couldn't connect to server",
        "slurmstepd: error: pyxis:     curl: (22) The requested URL returned error: 503",
        '  Warning  Failed  2s  kubelet  Failed to pull image "nvcr.io/nvidia/x:1": rpc error: code = Unknown desc = failed to resolve reference: dial tcp: lookup nvcr.io: i/o timeout',
        'Error response from daemon: Get "https://nvcr.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
        "toomanyrequests: You have reached your unauthenticated pull rate limit.",
        'ctr: failed to resolve reference "nvcr.io/nvidia/x:1": failed to do request: Head "https://nvcr.io/v2/nvidia/x/manifests/1": dial tcp 10.0.0.1:443: connect: connection refused',
        'failed to pull and unpack image "nvcr.io/nvidia/x:1": unexpected status code 503 Service Unavailable',
        "slurmstepd: error: pyxis:     [ERROR] URL https://nvcr.io/v2/nvidia/x/manifests/1.2.0 returned error code: 502 Bad Gateway",
        "[ERROR] URL https://nvcr.io/v2/nvidia/x/manifests/1.2.0 returned error code: 429 Too Many Requests",
        'Failed to pull image "x": rpc error: code = Unavailable desc = error reading from server: EOF',
        'Error: initializing source docker://nvcr.io/nvidia/tensorrt-llm/release:1.0.0: pinging container registry nvcr.io: Get "https://nvcr.io/v2/": dial tcp 34.199.40.84:443: connect: no route to host',
        'failed to resolve reference "harbor.lab.local/llm/sglang:v0.5.2": unexpected status from HEAD request to https://harbor.lab.local/v2/llm/sglang/manifests/v0.5.2: 503 Service Unavailable',
    ),
    near_misses=(
        "curl: (7) Failed to connect to node1 port 8000: Connection refused",
        "pyxis:     curl: (22) The requested URL returned error: 401",
        "curl: (22) The requested URL returned error: 503",
        'Failed to pull image "nvcr.io/nvidia/x:9.9": rpc error: code = NotFound desc = not found',
        'Error response from daemon: Get "http://node1:8000/v1": EOF',
    ),
)
