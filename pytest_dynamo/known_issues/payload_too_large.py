# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A message is larger than NATS takes.

Why: An image or a long prompt goes through the request plane, whose server keeps max_payload at 1 MB.

Remedy: Raise max_payload in the configuration of the NATS server, or use the TCP request plane.

Source: nats-server, `server/errors.go`; dynamo issue 9734
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI117",
    "payload-too-large",
    role="root",
    fault="config",
    engine="nats",
    texts=(
        "aximum payload exceeded",
        "payload size exceeded the maximum",
        "aximum Payload Violation",
        "aximum payload violation",
        "max payload size exceeded",
        "message size exceeds maximum allowed",
        "aximum Payload Exceeded",
        "Maximum Message Payload Exceeded",
    ),
    samples=(
        "nats: maximum payload exceeded",
        "Error: payload size exceeded the maximum: 1048576",
        "[1] 2026/11/21 09:19:49.741499 [ERR] Maximum Payload Violation",
        "async_nats::connection: nats: maximum payload violation",
        "nats: API error: code=400 err_code=10054 description=message size exceeds maximum allowed",
        "publish failed: max payload size exceeded: 2097152 > 1048576",
        "nats.aio.errors.ErrMaxPayload: nats: Maximum Payload Exceeded",
        "[1] 2026/05/19 10:02:11.400955 [DBG] 10.0.3.17:40810 - cid:17 - Client connection closed: Maximum Message Payload Exceeded",
    ),
    near_misses=("[1] 2026/11/21 09:19:49.741499 [INF] max_payload: 8388608",),
)
