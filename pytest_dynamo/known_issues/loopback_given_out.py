# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A rank gives out the address of its own loopback, where others do not find it.

Why: /etc/hosts gives the node's own name the address 127.0.0.1 or 127.0.1.1, and Gloo listens where
that name leads.

Remedy: Set GLOO_SOCKET_IFNAME to the interface of the network, or correct /etc/hosts, so that getent
hosts $(hostname) tells an address that others reach.

Source: PyTorch, `gloo/transport/tcp/pair.cc`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI783",
    "loopback-given-out",
    role="symptom",
    fault="config",
    engine="torch",
    texts=("[127.0.", "Using the loopback address as fallback"),
    pattern=r"[Gg]loo.*(?:remote=|connect )\[127\.0\.|Using the loopback address as fallback",
    samples=(
        "[W1121 09:19:49.741 ProcessGroupGloo.cpp:514] Warning: Unable to resolve hostname to a (local) address. Using the loopback address as fallback. Manually set the network interface to bind to with GLOO_SOCKET_IFNAME. (function operator())",
        "RuntimeError: Gloo connectFullMesh failed with [/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:150] timed out connecting: SO_ERROR: Connection refused, remote=[127.0.0.1]:14215",
        "RuntimeError: [/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:799] connect [127.0.1.1]:38731: Connection refused",
    ),
    near_misses=(
        "RuntimeError: Gloo connectFullMesh failed with [/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:150] timed out connecting: SO_ERROR: Connection refused, remote=[10.0.0.4]:14215",
        "RuntimeError: [/pytorch/gloo/transport/tcp/pair.cc:534] Connection closed by peer [127.0.0.1]:51222",
    ),
)
