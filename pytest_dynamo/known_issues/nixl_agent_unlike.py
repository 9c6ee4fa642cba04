# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Decode meets another prefill engine than the one that it was sent to.

Why: Two engines announce the same address for their handshake, mostly the default one.

Remedy: Give each engine its own VLLM_NIXL_SIDE_CHANNEL_HOST and VLLM_NIXL_SIDE_CHANNEL_PORT.

Source: vLLM, `kv_connector/v1/nixl_connector.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI610",
    "nixl-agent-unlike",
    role="root",
    fault="config",
    engine="nixl",
    texts=("engine ID mismatch", "handshake failed"),
    pattern=r"engine ID mismatch|NIXL handshake failed:",
    phase="serving",
    between_roles=True,
    noticed=True,
    samples=(
        "RuntimeError: Remote NIXL agent engine ID mismatch. Expected 46c2,received 9ab1.",
        "RuntimeError: NIXL handshake failed: connection to tcp://192.0.2.3:5600 timed out",
    ),
    near_misses=(
        "NIXL agent engine ID 46c2",
        "Handshake failed for request chatcmpl-5d10",
        "ERROR 11-21 09:19:49 [base_worker.py:1391] NIXL handshake failed",
    ),
)
