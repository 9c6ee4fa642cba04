# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A request is larger than a proxy, or the frontend, takes.

Why: nginx takes 1 MiB unless told otherwise, the frontend 45 MB, or 192 MB by its newest
documentation; an image in a request, or a long prompt, is larger.

Remedy: Raise client_max_body_size of the proxy (proxy-body-size of an ingress), or
DYN_HTTP_BODY_LIMIT_MB of the frontend.

Source: nginx 1.22, `ngx_http_core_module`; axum, `extract::DefaultBodyLimit`; Dynamo's own
documentation of DYN_HTTP_BODY_LIMIT_MB
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI222",
    "body-too-large",
    role="root",
    fault="config",
    engine="dynamo",
    texts=(
        "client intended to send too large",
        "request body: length limit exceeded",
        "413 Request Entity Too Large",
        "HTTPRequestEntityTooLarge: Maximum request body size",
        "request_payload_too_large",
    ),
    pattern=r"client intended to send too large (?:chunked body|body: (?:\d{1,7}|[1-3]\d{7}|4[0-4]\d{6}) bytes)|\brequest body: length limit exceeded|413 Request Entity Too Large|HTTPRequestEntityTooLarge: |request_payload_too_large",
    phase="serving",
    samples=(
        '2026/11/21 09:19:49 [error] 29#29: *7 client intended to send too large body: 3145728 bytes, client: 10.0.0.9, server: _, request: "POST /v1/chat/completions HTTP/1.1", host: "llm"',
        "2026-11-21T09:19:49.741499Z ERROR dynamo_llm::http::service::openai: Failed to buffer the request body: length limit exceeded",
        "<head><title>413 Request Entity Too Large</title></head>",
        "aiohttp.web_exceptions.HTTPRequestEntityTooLarge: Maximum request body size 1048576 exceeded, actual body size 1572864",
        '[2025-10-08T13:03:51.794Z] "POST /v1/chat/completions HTTP/1.1" 413 - request_payload_too_large - "-" 1310720 17 3 - "10.0.0.14"',
    ),
    near_misses=(
        # which many a frontend would not take either
        '2026/11/21 09:19:49 [error] 29#29: *7 client intended to send too large body: 71303168 bytes, client: 10.0.0.9, server: _, request: "POST /v1/chat/completions HTTP/1.1", host: "llm"',
        "2026/11/21 09:19:49 [warn] 29#29: *7 a client request body is buffered to a temporary file /var/cache/nginx/client_temp/0000000001, client: 10.0.0.9",
    ),
)
