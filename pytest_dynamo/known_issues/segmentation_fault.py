# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A process has crashed.

Why: It touched memory that is not its own; decode does so when prefill goes away during a transfer.

Remedy: Look at the stack that it left; drain decode before prefill is stopped; upgrade.

Source: Dynamo issues 7319, 7933 and 9937
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI511",
    "segmentation-fault",
    role="root",
    fault="product",
    engine="system",
    texts=(
        "Segmentation fault",
        "Segfault encountered",
        "SIGSEGV",
        "overflowed its stack",
        ": segfault at ",
        "general protection fault",
        "ouble free or corruption",
        "free(): invalid ",
        "malloc(): ",
        "munmap_chunk(): ",
        "corrupted size vs. prev_size",
        "stack smashing detected",
    ),
    pattern=r"^(?!.*(?:Possible reasons include|potential root causes|ommon causes include))",
    samples=(
        "srun: error: node3: task 9: Segmentation fault (core dumped)",
        " 9: [node3:4711 :0:4800] Caught signal 11 (Segmentation fault: address not mapped to object at address 0x8)",
        "!!!!!!! Segfault encountered !!!!!!!",
        "*** SIGSEGV (@0x0) received by PID 4711 (TID 0x7f3a) from PID 0; stack trace: ***",
        "thread 'tokio-runtime-worker' has overflowed its stack",
        "[ 8123.456789] python3[4711]: segfault at 18 ip 00007f12e0a1b2c3 sp 00007ffd7a8e1230 error 4 in libtensorrt_llm.so[7f12d0000000+2a000000]",
        "kernel: traps: python3[4711] general protection fault ip:7f12e0a1b2c3 sp:7ffd7a8e1230 error:0 in libucp.so.0[7f12d0000000+2a000000]",
        " 2: double free or corruption (!prev)",
        "free(): invalid pointer",
        "malloc(): unaligned tcache chunk detected",
        "munmap_chunk(): invalid pointer",
        "corrupted size vs. prev_size while consolidating",
        "*** stack smashing detected ***: terminated",
    ),
    near_misses=(
        "srun: error: node3: task 9: Killed",
        "Worker exit detail: There are some potential root causes. (3) The worker is crashed unexpectedly due to SIGSEGV or other unexpected errors.",
    ),
)
