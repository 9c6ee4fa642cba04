# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""UCX has lost the other end of a transfer.

Why: The other role has ended, or the network between them fails.

Remedy: Look for the end of the other role; where it lives, check the interfaces (UCX_NET_DEVICES).

Source: Dynamo issue 4299
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI601",
    "transfer-endpoint-lost",
    role="symptom",
    fault="infrastructure",
    engine="ucx",
    texts=(
        "Error handling callback was invoked with status",
        "UCXConnectionResetError",
        "Unexpected UCX error: Destination is unreachable",
        "UCX AM send failed with status -80",
    ),
    phase="serving",
    between_roles=True,
    noticed=True,
    samples=(
        " 2: [1763716789.123456] [node5:4711 :0] ucp_ep.c UCX ERROR Error handling callback was invoked with status -80 (Endpoint timeout)",
        "ucxx._lib.libucxx.UCXConnectionResetError: Connection reset by remote peer",
        "decode-1  | W0914 10:12:44.120118  2719 ucx_utils.cpp:53] Unexpected UCX error: Destination is unreachable",
        "E0914 10:12:44.118840 3051 ucx_utils.cpp:204] UCX AM send failed with status -80 (Endpoint timeout)",
    ),
    near_misses=("UCX INFO endpoint created",),
)
