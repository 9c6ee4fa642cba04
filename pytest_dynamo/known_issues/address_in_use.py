# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A process cannot listen at its address, because another one does.

Why: Another job, or a process of an earlier run, holds the port on that node; two jobs on one node
share ports without being told.

Remedy: Stop what listens on that port (ss -ltnp), or choose another.

Source: Dynamo, `http/service/service_v2.rs`; etcd; dynamo issues 7063 and 7366
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI105",
    "address-in-use",
    role="root",
    fault="infrastructure",
    engine="system",
    texts=(
        "could not bind to address",
        "Failed to start HTTP server: port ",
        "EADDRINUSE",
        "already in use",
        "port is already allocated",
        "ddress in use",
        "Failed to bind to address ",
        "is trying to use a port number ",
    ),
    pattern=r"ddress already in use|could not bind to address|Failed to start HTTP server: port |EADDRINUSE|\b[Pp]ort:? \d+ (?:is )?already in use(?!, trying)|port is already allocated|[Aa]ddress in use\b|RuntimeError: Failed to bind to address |is trying to use a port number \d+ that is used",
    samples=(
        " 0: Failed to bind to address 0.0.0.0:8000: Address already in use (os error 98)",
        "could not bind to address: 0.0.0.0:8000",
        "0: 2026-11-21 09:19:49.741499 C | etcdmain: listen tcp 127.0.0.1:2379: bind: address already in use",
        "Exception: Failed to start HTTP server: port 18100 already in use. Use --http-port to specify a different port.",
        "rank0: cannot listen at node1:5555: [Errno 98] Address already in use",
        "RuntimeError: The server socket has failed to listen on any local network address. port: 29500, useIpv6: false, code: -98, name: EADDRINUSE",
        "Error: Port 8000 is already in use",
        "docker: Error response from daemon: driver failed programming external connectivity on endpoint agg0: Bind for 0.0.0.0:8000 failed: port is already allocated.",
        "[Errno 98] Address in use: ('0.0.0.0', 8000)",
        "RuntimeError: Failed to bind to address 0.0.0.0:50051; set GRPC_VERBOSITY=debug environment variable to see detailed error message.",
        "ValueError: Ray component dashboard_agent_http is trying to use a port number 52365 that is used by other components.",
    ),
    near_misses=(
        '\x1b[2m2026-11-21T09:19:49.741499Z\x1b[0m \x1b[32m INFO\x1b[0m \x1b[2mdynamo_llm::http::service::service_v2\x1b[0m\x1b[2m:\x1b[0m Starting HTTP(S) service protocol="HTTP" address="0.0.0.0:8000"',
        "Address family not supported by protocol",
        "the name llm is already in use by container 3f1c",
        "INFO 08-14 09:21:35 [__init__.py:2790] Port 8000 is already in use, trying port 8001",
    ),
)
