# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A proxy before the frontend gives up an answer that takes longer than it waits.

Why: nginx waits 60 s for the first byte, Envoy as long as its route says, and a long prompt or an
answer that is not streamed takes longer; or whoever answers hangs.

Remedy: Raise proxy_read_timeout of the proxy (proxy-read-timeout of an ingress, timeout of a
route), or stream; where requests fail in the frontend, too, look there first.

Source: nginx 1.22, `ngx_http_upstream`; Envoy's access log, response flag UT
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI223",
    "proxy-timed-out",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "upstream timed out (110: ",
        " 504 UT ",
        "504, message='Gateway Time-out'",
        "caused by: net/http: timeout awaiting response headers",
        "504 Gateway Timeout error=",
        "504 Gateway Time-out</title>",
    ),
    pattern=r"upstream timed out \(110: [^)]*\) while reading |\" 504 UT (?:\w*response_timeout|-) |504, message='Gateway Time-out'|net/http: timeout awaiting response headers|504 Gateway Time-out</title>",
    phase="serving",
    samples=(
        '2026/11/21 09:19:49 [error] 29#29: *7 upstream timed out (110: Connection timed out) while reading response header from upstream, client: 10.0.0.9, server: _, request: "POST /v1/chat/completions HTTP/1.1", upstream: "http://10.0.0.5:8000/v1/chat/completions"',
        '[2026-11-21T09:19:49.100Z] "POST /v1/chat/completions HTTP/2" 504 UT response_timeout - "-" 900 24 15001 - "10.0.0.9" "curl/8.5.0"',
        "aiohttp.client_exceptions.ClientResponseError: 504, message='Gateway Time-out', url='http://llm.example.com/v1/chat/completions'",
        "time=\"2025-06-12T10:01:04Z\" level=debug msg=\"'504 Gateway Timeout' caused by: net/http: timeout awaiting response headers\"",
        '2026-03-02T10:21:07Z DBG github.com/traefik/traefik/v3/pkg/proxy/httputil/proxy.go:121 > 504 Gateway Timeout error="net/http: timeout awaiting response headers"',
        "openai.InternalServerError: <html><head><title>504 Gateway Time-out</title></head><body>",
    ),
    near_misses=(
        '[2026-11-21T09:19:49.100Z] "POST /v1/chat/completions HTTP/2" 503 UF upstream_reset_before_response_started{connection_failure} - "-" 900 24 1',
        "2026/11/21 09:19:49 [error] 29#29: *7 upstream timed out (110: Connection timed out) while connecting to upstream, client: 10.0.0.9, server: _",
        "2026/11/21 09:19:49 [error] 29#29: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.9, server: _",
    ),
)
