# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A process touched shared memory that the node cannot give.

Why: /dev/shm is too small for what was put there, or host memory has run out.

Remedy: Enlarge /dev/shm of the container, or free memory on this node.

Source: TensorRT-LLM, `examples/wide_ep`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI404",
    "bus-error",
    role="root",
    fault="infrastructure",
    engine="system",
    texts=(
        "Bus error",
        "nexpected bus error encountered",
        "SIGBUS",
        "Signal code: Non-existant physical address",
    ),
    pattern=r"^(?!.*(?:Memory failure: |Possible reasons include)).*(?:Bus error|nexpected bus error encountered|SIGBUS)|Signal code: Non-existant physical address",
    samples=(
        "srun: error: node2: task 5: Bus error (core dumped)",
        " 5: [node2:04711] Signal: Bus error (7)",
        "ERROR: Unexpected bus error encountered in worker. This might be caused by insufficient shared memory (shm).",
        "*** SIGBUS (@0x7f3a) received by PID 4711 (TID 0x7f3a) from PID 12; stack trace: ***",
        "[node03:812345] Signal code: Non-existant physical address (2)",
    ),
    near_misses=(
        "srun: error: node2: task 5: Segmentation fault",
        "bus 0000:1b:00.0",
        "Memory failure: 0x1f3: Sending SIGBUS to python3:8812 due to hardware memory corruption",
    ),
)
