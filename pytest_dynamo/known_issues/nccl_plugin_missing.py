# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NCCL does not find the network plugin that it was told to use.

Why: NCCL_NET or NCCL_NET_PLUGIN names a plugin that the image lacks, or that is of another release.

Remedy: Install the plugin in the image (aws-ofi-nccl, say), or leave NCCL_NET and NCCL_NET_PLUGIN
out.

Source: NCCL, `src/plugin/net.cc`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI772",
    "nccl-plugin-missing",
    role="root",
    fault="config",
    engine="nccl",
    texts=(
        "Error: network ",
        "network plugin",
        "initialize any NET plugin",
    ),
    pattern=r"NCCL WARN .*(?:Error: network \S.* not found|External network plugin \S+ is unsupported)|Failed to initialize any NET plugin",
    samples=(
        "node1:4711:4801 [0] net.cc:130 NCCL WARN Error: network AWS Libfabric not found.",
        "NCCL WARN External network plugin libnccl-net.so is unsupported",
        "NCCL WARN Failed to initialize any NET plugin",
    ),
    near_misses=(
        "node1:4711:4801 [0] NCCL INFO NET/Plugin: Could not find: libnccl-net.so.",
        "NCCL INFO Using network AWS Libfabric",
    ),
)
