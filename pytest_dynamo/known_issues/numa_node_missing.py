# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A node lacks the NUMA nodes that its processes are bound to.

Why: The script binds (numactl -m 0,1) as on another machine; where one node alone refuses, it was
booted otherwise than the others, as with numa=off, and that is no mistake of the script.

Remedy: Compare numactl --hardware of the nodes; bind to what they have, or leave the odd one out.

Source: numactl, `numactl.c`, `libnuma.c`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI933",
    "numa-node-missing",
    role="root",
    fault="config",
    engine="system",
    texts=(
        "> is invalid",
        "setting membind: Invalid argument",
        "Requested memory nodes are not available",
    ),
    pattern=r"^<[\d,!+-]+> is invalid$|setting membind: Invalid argument|Requested memory nodes are not available",
    phase="launch",
    samples=(
        "<0,1> is invalid",
        "2: setting membind: Invalid argument",
        "docker: Error response from daemon: Requested memory nodes are not available - requested 0-1, available: 0",
    ),
    near_misses=(
        "libnuma: Warning: node argument 1 is out of range",
        "the value <auto> is invalid",
        # who goes on without
        "numactl: This system does not support NUMA policy",
        "No NUMA support available on this system.",
        "available: 2 nodes (0-1)",
    ),
)
