# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NCCL cannot set up or use the network between the GPUs.

Why: On GB200 the IMEX channels of the nodes are missing; elsewhere the interface, the fabric or
/dev/shm.

Remedy: Set NCCL_DEBUG=INFO for the reason; on GB200 check the IMEX channels of all nodes.

Source: TensorRT-LLM issue 6366
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI701",
    "nccl-system-error",
    role="symptom",
    fault="infrastructure",
    engine="nccl",
    texts=(
        "unhandled system error",
        "ncclSystemError",
        "Error while attaching to shared memory segment /dev/shm/nccl-",
        "NET/IB: Got completion from peer",
    ),
    pattern=r"NCCL [Ee]rror.*unhandled system error|ncclSystemError|Error while attaching to shared memory segment /dev/shm/nccl-|NET/IB: Got completion from peer .*\(12\)",
    samples=(
        "RuntimeError: NCCL error 'unhandled system error' at nccl_utils.cpp:21",
        " 9: torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:2021, unhandled system error, NCCL version 2.27.5",
        "ncclSystemError: System call (e.g. socket, malloc) or external library call failed or device error.",
        "RuntimeError: NCCL Error 2: unhandled system error (run with NCCL_DEBUG=INFO for details)",
        "g148:14937:69361 [0] misc/shmutils.cc:129 NCCL WARN Error while attaching to shared memory segment /dev/shm/nccl-glnlGK (size 14156128), error: No such file or directory (2)",
        "h100-12:7711:7990 [5] transport/net_ib.cc:2034 NCCL WARN NET/IB: Got completion from peer 10.52.49.12<40188> with status=IBV_WC_RETRY_EXC_ERR(12) opcode=IBV_WC_SEND(0) vendor_err=129",
    ),
    near_misses=(
        "NCCL version 2.27.5+cuda12.9",
        "NCCL INFO Bootstrap: Using eth0:10.0.0.1<0>",
    ),
)
