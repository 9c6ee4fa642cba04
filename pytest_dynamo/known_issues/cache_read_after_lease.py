# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Decode read KV blocks whose lease had expired, so that answers may be wrong, with status 200.

Why: Prefill keeps the blocks of a request for kv_lease_duration, 30 s unless told, and frees them
for others; requests wait longer than that for decode.

Remedy: Raise kv_lease_duration in kv_connector_extra_config of prefill, or give decode more room.

Source: vLLM, NixlConnector, `_get_new_notifs`; pull request 58875
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI613",
    "cache-read-after-lease",
    role="symptom",
    fault="config",
    engine="vllm",
    texts=("Potentially invalid KV blocks for",),
    phase="serving",
    between_roles=True,
    one_request=True,
    samples=(
        "(Worker_TP3 pid=599) ERROR 11-21 09:19:49 [worker.py:3004] Potentially invalid KV blocks for unrecognized request 8f07 were retrieved by a decode worker. They may have expired.",
        "ERROR 11-21 09:19:49 [nixl_connector.py:1611] Potentially invalid KV blocks for unrecognized request 8f07 were retrieved by a decode worker. They may have expired.",
    ),
    near_misses=(
        "(Worker_TP0 pid=77) WARNING 11-21 09:19:49 [worker.py:2967] Releasing expired KV blocks for request 8f07 which were retrieved by 0 remote worker(s) before lease expired.",
    ),
)
