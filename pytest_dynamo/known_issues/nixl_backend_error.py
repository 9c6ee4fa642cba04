# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NIXL cannot transfer the KV cache.

Why: Its backend reports an error: the network, the memory registration, or the other end.

Remedy: Look for the end of the other role; set cache_transceiver_config.backend to UCX to tell them
apart.

Source: Dynamo issues 4299 and 5884; llm-d issue 191
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI602",
    "nixl-backend-error",
    role="symptom",
    fault="infrastructure",
    engine="nixl",
    texts=(
        "NIXL_ERR_BACKEND",
        "NIXL_ERR_REMOTE_DISCONNECT",
        "could send the inter-agent notifications",
        "RuntimeError: BAD_STATUS",
        "registration failed for the specified or all potential backends",
    ),
    phase="serving",
    between_roles=True,
    noticed=True,
    samples=(
        " 1: RuntimeError: NIXL_ERR_BACKEND",
        "E0828 09:19:49.741499 1423 nixl_agent.cpp:1423] genNotif: no specified or potential backend could send the inter-agent notifications",
        "(VllmWorker TP0 pid=302) ERROR 09-07 11:25:27 [multiproc_executor.py:596] RuntimeError: BAD_STATUS",
        "nixl._bindings.nixlRemoteDisconnectError: NIXL_ERR_REMOTE_DISCONNECT",
        "E0618 09:02:44.551920  1877 nixl_agent.cpp:468] registerMem: registration failed for the specified or all potential backends",
    ),
    near_misses=("NixlTransferAgent using NIXL backend: UCX",),
)
