# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A program or a library is built for another processor than the node's.

Why: The image, a wheel or a mounted directory is of x86_64 where the node is of aarch64, as Grace
is, or the other way round.

Remedy: Take the image of this architecture, and install packages on a node of it.

Source: The kernel's ENOEXEC; the loader, `ld.so`; pip
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI930",
    "other-architecture",
    role="root",
    fault="config",
    engine="system",
    texts=(
        "xec format error",
        "wrong ELF class",
        "is not a supported wheel on this platform",
        "cannot execute binary file",
        "does not match the detected host platform",
        "no match for platform in manifest",
        "no matching manifest for linux/",
        "rosetta error: ",
        "invalid ELF header",
        "qemu-x86_64: Could not open '",
        "qemu-aarch64: Could not open '",
    ),
    pattern=r"^(?!WARNING: The requested image)",
    phase="launch",
    samples=(
        "exec /usr/bin/python3: exec format error",
        " 0: ImportError: /opt/venv/nixl/_bindings.cpython-312-aarch64-linux-gnu.so: cannot open file: wrong ELF class",
        "ERROR: ai_dynamo_runtime-0.6.1-cp310-abi3-manylinux_2_28_x86_64.whl is not a supported wheel on this platform.",
        "bash: /opt/run: cannot execute binary file: Exec format error",
        "error: the platform of the image (linux/amd64) does not match the detected host platform (linux/arm64/v8)",
        "no match for platform in manifest: not found",
        "no matching manifest for linux/arm64/v8 in the manifest list entries",
        "rosetta error: failed to open elf at /lib64/ld-linux-x86-64.so.2",
        "ImportError: /opt/lib/libnixl.so: invalid ELF header",
        "qemu-x86_64: Could not open '/lib64/ld-linux-x86-64.so.2': No such file or directory",
        "qemu-aarch64: Could not open '/lib/ld-linux-aarch64.so.1': No such file or directory",
    ),
    near_misses=(
        "WARNING: The requested image's platform (linux/amd64) does not match the detected host platform (linux/arm64/v8) and no specific platform was requested",
        "exec: running on aarch64",
    ),
)
