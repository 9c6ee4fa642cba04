# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The NATS server does not know the user.

Why: Dynamo was given other credentials than the server, or none where the server wants some.

Remedy: Set NATS_AUTH_USERNAME and NATS_AUTH_PASSWORD, or the token, to those of the server.

Source: nats-server, `server/errors.go`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI113",
    "nats-refuses-user",
    role="root",
    fault="config",
    engine="nats",
    texts=(
        "uthorization violation",
        "Authorization Violation",
        "authentication error",
        "uthentication timeout",
        "ermissions violation for ",
        "ermissions Violation for ",
        "credentials have been revoked",
        "ser authentication expired",
        "ser authentication revoked",
        "nats: authorization failed",
        "closed: Authentication Failure",
        "Authentication Timeout",
    ),
    pattern=r"^(?!.*authentication error)|\bcid:\d+ .*authentication error|\bnats: authentication error",
    samples=(
        "Error: Failed to connect: authorization violation: nats: authorization violation",
        "[7] 2026/01/12 08:13:02.224107 [ERR] 10.0.0.4:51244 - cid:7 - Authorization Violation",
        '[7] 2026/01/12 08:13:02.224107 [ERR] 10.0.0.4:51244 - cid:7 - authentication error - User "dynamo"',
        "[7] 2026/01/12 08:13:02.224107 [ERR] 10.0.0.4:51244 - cid:7 - Authentication timeout",
        'nats: permissions violation for publish to "dynamo.decode.generate"',
        "-ERR 'Permissions Violation for Subscription to \"dynamo.>\"'",
        "nats: credentials have been revoked",
        "nats: user authentication expired",
        "nats: user authentication revoked",
        '[1] 2026/05/01 10:00:00.000000 [ERR] 10.0.0.4:5 - cid:7 - "v0.40.0:rust" - authentication error',
        "nats.errors.AuthorizationError: nats: authorization failed",
        "nats-0  | [6] 2026/02/09 23:29:43.807368 [DBG] 10.0.3.17:46388 - cid:1 - Client connection closed: Authentication Failure",
        "[6] 2026/02/09 23:29:45.808002 [ERR] 10.0.3.18:46402 - cid:4 - Authentication Timeout",
    ),
    near_misses=(
        "[INF] Server is ready",
        "srun: error: slurm_unpack_received_msg: auth_g_verify: REQUEST_LAUNCH_TASKS has authentication error: Unspecified error",
    ),
)
