# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A process does not reach etcd or NATS.

Why: They are not up yet, or not at the address that ETCD_ENDPOINTS and NATS_SERVER name; old
releases end at once, new ones after two minutes.

Remedy: Check that etcd and NATS run on the head node and can be reached from this one; unset
NATS_SERVER where NATS is not wanted.

Source: Dynamo, `runtime/src/transports`; dynamo issues 851, 1188 and 1699
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI101",
    "services-unreachable",
    role="root",
    fault="infrastructure",
    engine="dynamo",
    texts=(
        "Failed to connect to etcd server",
        "Failed to connect to NATS server",
        "Unable to create lease. Check etcd server",
        "onnect to NATS",
        "onnect to nats",
        "onnect to etcd",
        "no servers available for connection",
        "no available endpoints",
        "tcp connect error",
        "econnect to ETCD",
        "startup connection timed out",
        "Unable to connect to etcd server",
    ),
    pattern=r"^(?!.*(?:[Mm]aximum connections|Name or service not known|dns error|in name resolution|no such host|keep alive|ETCD for watching|authentication failed|user name is empty|invalid auth|[Tt]oo many open files|certificate|InvalidContentType|wrong version number|[Aa]uthorization [Vv]iolation)).*(?:Failed to connect to (?:etcd|NATS) server|(?:NATS|etcd) startup connection timed out|Unable to create lease|(?i:fail\w*|unable|could not|cannot|error|timed out|timeout)\b.{0,40}\b[Cc]onnect to (?:the )?(?:etcd|NATS|nats)\b|(?:Unable|Failed) to reconnect to ETCD|nats: (?:error: )?no servers available|etcdclient: no available endpoints|error trying to connect: tcp connect error)",
    broad=True,
    noticed=True,
    samples=(
        "\x1b[2m2025-07-23T02:36:48.123Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_runtime::transports::etcd\x1b[0m\x1b[2m:\x1b[0m Failed to connect to etcd server with config ClientOptions { etcd_url: [..] }: tcp connect error: Connection refused (os error 111)",
        "0: Failed to connect to NATS server with config ClientOptions { server: .. }",
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mdynamo_runtime::transports::nats\x1b[0m\x1b[2m:\x1b[0m NATS startup connection timed out after 120 seconds (26 attempts)",
        "Exception: Unable to create lease. Check etcd server status at http://localhost:2379",
        "RuntimeError: Failed to connect to NATS: IO error: Connection refused (os error 111)",
        "nats.errors.NoServersError: nats: no servers available for connection",
        " 0: Exception: Unable to connect to etcd at http://node1:2379: deadline has elapsed",
        "Error: could not connect to nats://node1:4222: timed out",
        "context deadline exceeded: etcdclient: no available endpoints",
        "Caused by: transport error: error trying to connect: tcp connect error: Connection refused (os error 111)",
        "2026-07-01T10:00:20.123456Z ERROR dynamo_runtime::transports::etcd: Unable to reconnect to ETCD cluster: deadline exceeded",
        "Error: etcd startup connection timed out after 60 seconds (9 attempts)",
        "Exception: Unable to connect to etcd server at http://localhost:2379. Check etcd server status",
        "nats: error: no servers available for connection",
    ),
    near_misses=(
        "ERROR dynamo_runtime::transports::etcd: Failed to reconnect to ETCD for watching prefix 'v1/instances': Unable to reconnect to ETCD cluster: deadline exceeded",
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[33m WARN\x1b[0m \x1b[2mdynamo_runtime::transports::nats\x1b[0m\x1b[2m:\x1b[0m NATS not reachable yet; retrying startup connection attempt=3 remaining=110s",
        "\x1b[2m2025-07-23T02:36:48.123Z\x1b[0m \x1b[32m INFO\x1b[0m \x1b[2mdynamo_runtime::transports::etcd\x1b[0m\x1b[2m:\x1b[0m Connected to etcd server at http://node1:2379",
        "\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[32m INFO\x1b[0m \x1b[2mdynamo_runtime\x1b[0m\x1b[2m:\x1b[0m about to connect to etcd at http://node1:2379",
        'ERROR dynamo_runtime::transports::etcd::lease: keep alive task failed: grpc request error: "error trying to connect: tcp connect error: Connection refused (os error 111)"',
        "Caused by: transport error: error trying to connect: tcp connect error: Too many open files (os error 24)",
        "Error: Failed to connect to NATS: TLS error: invalid peer certificate: UnknownIssuer",
    ),
)
