# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A member of the Ray cluster does not reach its head.

Why: The head is not up, or not at that address.

Remedy: Check that the head runs and that its port can be reached from this node.

Source: Ray, `gcs_rpc_client.h`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI336",
    "ray-head-unreachable",
    role="root",
    fault="infrastructure",
    engine="ray",
    texts=(
        "Failed to connect to GCS",
        "Failed to get cluster ID from GCS",
        "Could not find any running Ray instance",
        "while waiting for GCS to become available",
        "Unable to connect to GCS",
        "failed to connect to all addresses",
        "Failed to send request to gcs, reconnecting",
    ),
    pattern=r"^(?!.*connect to all addresses)|connect to all addresses.*:6379",
    noticed=True,
    samples=(
        "[2026-02-11 10:11:12,113 E 77 77] gcs_rpc_client.h:179: Failed to connect to GCS at address node1:6379 within 5 seconds.",
        "RuntimeError: Failed to get cluster ID from GCS server: TimedOut",
        "ConnectionError: Could not find any running Ray instance. Please specify the one to connect to by setting `--address` flag or `RAY_ADDRESS` environment variable.",
        "ray.exceptions.RpcError: Timed out while waiting for GCS to become available.",
        "Unable to connect to GCS (ray head) at 192.0.2.1:6379.",
        "Status: RpcError: RPC Error message: failed to connect to all addresses; last error: UNKNOWN: ipv4:192.0.2.1:6379: Failed to connect to remote host: Connection refused",
        "2022-02-05 16:39:15,662\tERROR gcs_utils.py:137 -- Failed to send request to gcs, reconnecting. Error <_InactiveRpcError of RPC that terminated with:",
    ),
    near_misses=(
        "INFO worker.py:1749 -- Connected to Ray cluster.",
        "grpc: failed to connect to all addresses; last error: UNKNOWN: ipv4:192.0.2.1:4317: Connection refused",
    ),
)
