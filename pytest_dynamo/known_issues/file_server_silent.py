# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A file server does not answer, and who reads from it hangs.

Why: The server is down or overloaded, or the network to it is; the kernel waits, mostly without an
end.

Remedy: Look at the mounts of that node and at the server; leave the node out where only one is
concerned.

Source: Linux, `kernel/hung_task.c`, `net/sunrpc`; Lustre, `ptlrpc`; WekaFS; GPFS
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI923",
    "file-server-silent",
    role="symptom",
    fault="infrastructure",
    engine="system",
    texts=(
        "blocked for more than",
        "nfs: server ",
        "in progress operations using this service",
        "This client was evicted by",
        "Request sent has timed out for",
        "ceph: mds",
        "Mounting timed out. Terminating",
        "has not responded in",
        "ceph: [",
    ),
    pattern=r"INFO: task \S+ blocked for more than \d+ seconds|nfs: server \S+ not responding|in progress operations using this service will|This client was evicted by|ptlrpc_expire_one_request\S* @@@ Request sent has (?:timed out|failed)|ceph: mds\d+ hung|\.mount: Mounting timed out|(?:CIFS|VFS): .*has not responded in \d+ seconds|ceph: .*\bmds\d+ hung",
    node=True,
    noticed=True,
    samples=(
        "[ 8123.456789] INFO: task python3:33112 blocked for more than 120 seconds.",
        "kernel: nfs: server 10.0.0.9 not responding, timed out",
        "Lustre: fs1-OST0003-osc-ffff: Connection to fs1-OST0003 (at 10.0.0.9@o2ib) was lost; in progress operations using this service will wait for recovery to complete",
        "LustreError: 167-0: fs1-MDT0000-mdc-ffff: This client was evicted by fs1-MDT0000; in progress operations using this service will fail.",
        "[Wed Jan 15 17:22:28 2025] Lustre: 128727:0:(client.c:2310:ptlrpc_expire_one_request()) @@@ Request sent has timed out for slow reply: [sent 1736957925/real 1736957925]",
        "[ 8123.771904] ceph: mds0 hung",
        "Nov 12 03:14:07 gpu-a07 systemd[1]: mnt-models.mount: Mounting timed out. Terminating.",
        "CIFS: VFS: \\\\filer01 has not responded in 180 seconds. Reconnecting...",
        "[92040.118220] ceph: [f1c2d3e4-5a6b-7c8d-9e0f-1a2b3c4d5e6f 94127]: mds0 hung",
    ),
    near_misses=(
        "nfs: server 10.0.0.9 OK",
        "Lustre: fs1-OST0003-osc-ffff: Connection restored to 10.0.0.9@o2ib",
    ),
)
