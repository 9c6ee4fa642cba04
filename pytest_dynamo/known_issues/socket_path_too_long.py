# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The path of a Unix socket is too long.

Why: It lies under TMPDIR, and the kernel takes 107 characters at most.

Remedy: Set TMPDIR, and RAY_TMPDIR where Ray is used, to a short directory such as /tmp.

Source: Linux, `sockaddr_un`; ZeroMQ; Ray; Rust's `SUN_LEN`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI924",
    "socket-path-too-long",
    role="root",
    fault="config",
    engine="system",
    texts=(
        "AF_UNIX path",
        "sizeof(sockaddr_un.sun_path)",
        "shorter than SUN_LEN",
        "ZMQError: File name too long",
        "unix socket path",
        "UNIX socket path is too long",
        "too long for the Unix domain socket",
        "too long for Unix domain socket",
    ),
    samples=(
        "OSError: AF_UNIX path too long",
        'ipc path "/scratch/u/very/long/x" is longer than 107 characters (sizeof(sockaddr_un.sun_path)).',
        "path must be shorter than SUN_LEN",
        " 0: zmq.error.ZMQError: File name too long (addr='ipc:///scratch/u/very/long/x')",
        "OSError: AF_UNIX path length cannot exceed 107 bytes: /scratch/u/ray/session_1/sockets/plasma_store",
        "listen unix /scratch/u/x: bind: unix socket path too long",
        "slurmstepd: error:  mpi/pmix_v4: pmixp_usock_create_srv: nid003412 [0]: pmixp_utils.c:105: UNIX socket path is too long: 121, max 107",
        "in a path that is too long for the Unix domain socket:",
        'unix_listener: path "/home/alice/.ssh/controlmasters/ec2-user@ip-10-0-3-17.us-east-1.compute.internal:22.Elabp9kQ2mZr7t" too long for Unix domain socket',
    ),
    near_misses=(
        "zmq.error.ZMQError: Address already in use (addr='ipc:///tmp/x')",
    ),
)
