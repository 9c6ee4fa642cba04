# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The processor of a node lacks an instruction that a program uses.

Why: The image is built for newer processors, AVX-512 mostly.

Remedy: Leave the node out, or take an image for its processor (lscpu).

Source: The kernel's SIGILL
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI514",
    "illegal-instruction",
    role="symptom",
    fault="infrastructure",
    engine="system",
    texts=(
        "Illegal instruction",
        "trap invalid opcode",
        "Fatal glibc error: CPU does not support",
        "was built with baseline optimizations",
    ),
    node=True,
    samples=(
        "srun: error: node2: task 5: Illegal instruction (core dumped)",
        "[node1:04711] Signal: Illegal instruction (4)",
        "[ 8123.456789] traps: python3[4711] trap invalid opcode ip:7f12e0a1b2c3 sp:7ffd7a8e1230 error:0 in libfoo.so[7f12d0000000+2a000000]",
        "Fatal glibc error: CPU does not support x86-64-v3",
        "RuntimeError: NumPy was built with baseline optimizations: ",
    ),
    near_misses=("RuntimeError: CUDA error: an illegal instruction was encountered",),
)
