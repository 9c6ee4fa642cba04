# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A call of CUDA has failed under NCCL, or a check of its own.

Why: Another process holds the memory, GPUs do not reach each other, or NCCL does not like what the
node shows it; NCCL prints which above, or below as its last error.

Remedy: Set NCCL_DEBUG=INFO for the reason; on GB200 check the IMEX channels of all nodes.

Source: NCCL, `src/include/checks.h`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI782",
    "nccl-call-failed",
    role="symptom",
    fault="infrastructure",
    engine="nccl",
    texts=(
        "ncclUnhandledCudaError",
        "unhandled cuda error",
        "ncclInternalError",
        "internal error - please report this issue to the NCCL developers",
        "NCCL WARN Cuda failure 217 ",
    ),
    pattern=r"NCCL [Ee]rror.*unhandled cuda error(?!: out of memory)|ncclUnhandledCudaError|ncclInternalError|internal error - please report this issue to the NCCL developers|NCCL WARN Cuda failure 217 ",
    noticed=True,
    samples=(
        "RuntimeError: ncclUnhandledCudaError: Call to CUDA function failed.",
        "[TensorRT-LLM][ERROR] NCCL error 'unhandled cuda error (run with NCCL_DEBUG=INFO for details)'",
        "ncclInternalError: Internal check failed.",
        "RuntimeError: NCCL error: internal error - please report this issue to the NCCL developers",
        "h100-12:7711:7990 [3] transport/p2p.cc:273 NCCL WARN Cuda failure 217 'peer access is not supported between these two devices'",
    ),
    near_misses=("RuntimeError: NCCL Error 1: unhandled cuda error: out of memory",),
)
