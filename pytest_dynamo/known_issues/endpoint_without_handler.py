# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A worker is sent requests for an endpoint that nobody in it serves, and drops them.

Why: It serves again under another instance, or its endpoint was taken down while it stayed listed;
whoever asked waits for an answer that never comes.

Remedy: Start the worker anew, so that it registers what it serves; report it with both logs.

Source: Dynamo, `runtime/src/pipeline/network/ingress/shared_tcp_endpoint.rs`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI220",
    "endpoint-without-handler",
    role="root",
    fault="product",
    engine="dynamo",
    texts=(
        "No handler found for endpoint",
        "no handler registered for endpoint",
    ),
    phase="serving",
    samples=(
        ' 0: 2026-03-02T09:19:49.741499Z  WARN dynamo_runtime::pipeline::network::ingress::shared_tcp_endpoint: No handler found for endpoint endpoint_path="5d0c/generate"',
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[33m WARN\x1b[0m \x1b[2mdynamo_runtime::pipeline::network::ingress::shared_tcp_endpoint\x1b[0m\x1b[2m:\x1b[0m No handler found for endpoint: generate",
        "2026-09-02T18:44:10.337215Z  WARN dynamo_runtime::pipeline::network::ingress::velo_endpoint: velo dispatch: no handler registered for endpoint key endpoint_key=694d9adb9d05322d/generate",
    ),
    near_misses=(
        ' 0: 2026-03-02T09:19:49.741499Z  INFO dynamo_runtime::pipeline::network::ingress::shared_tcp_endpoint: Registered endpoint handler endpoint_path="5d0c/generate"',
    ),
)
