# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""One end of a connection speaks TLS, and the other does not.

Why: The address says https where the server speaks http, or the other way round.

Remedy: Give the address as the server speaks (http or https), or give the server its certificate.

Source: OpenSSL; Go, `crypto/tls`; rustls
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI775",
    "one-side-speaks-tls",
    role="root",
    fault="config",
    engine="system",
    texts=(
        "WRONG_VERSION_NUMBER",
        "SSL routines::wrong version number",
        "does not look like a TLS handshake",
        "HTTP request to an HTTPS server",
        "HTTP response to HTTPS client",
        "InvalidContentType",
    ),
    samples=(
        "ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1007)",
        "curl: (35) error:0A00010B:SSL routines::wrong version number",
        "Error: tls: first record does not look like a TLS handshake",
        "Client sent an HTTP request to an HTTPS server.",
        "http: server gave HTTP response to HTTPS client",
        "Caused by: received corrupt message of type InvalidContentType",
    ),
    near_misses=("TLS handshake done",),
)
