# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A process may not open more files.

Why: Sockets and shared memory of many ranks count as well.

Remedy: Raise the limit of open files (ulimit -n) in the step.

Source: The kernel's EMFILE
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI903",
    "too-many-files",
    role="root",
    fault="infrastructure",
    engine="system",
    texts=(
        "Too many open files",
        "too many open files",
        "inotify watch limit reached",
        "inotify instances",
        "OS file watch limit reached",
        "VFS: file-max limit",
        "received 0 items of ancdata",
        "socket.accept() out of system resource",
    ),
    pattern=r"^(?!.*can cause fd limit errors)",
    samples=(
        " 0: OSError: [Errno 24] Too many open files",
        "accept tcp [::]:2379: accept4: too many open files; retrying in 1s",
        "OSError: [Errno 28] inotify watch limit reached",
        "error: User limit of inotify instances reached",
        'OS file watch limit reached. about ["/cfg"]',
        "[90233.144021] VFS: file-max limit 65536 reached",
        "RuntimeError: received 0 items of ancdata",
        "ERROR:asyncio:socket.accept() out of system resource",
    ),
    near_misses=(
        "nofile 1048576",
        "WARNING 03-02 09:19:49 [utils.py:2528] Found ulimit of 32768 and failed to automatically increase with error current limit exceeds maximum limit. This can cause fd limit errors like `OSError: [Errno 24] Too many open files`.",
    ),
)
