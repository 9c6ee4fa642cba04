# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NCCL refuses what it was asked for.

Why: Ranks share a GPU, the network that NCCL_NET names is not there, or the ranks call different
things.

Remedy: Set NCCL_DEBUG=WARN for the reason, which NCCL prints above.

Source: NCCL, `src/misc/argcheck.cc`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI770",
    "nccl-misused",
    role="symptom",
    fault="config",
    engine="nccl",
    texts=(
        "ncclInvalidUsage",
        "invalid usage",
        " : invalid root ",
        "Mismatched collective detected",
        "collective mismatch error",
        ", invalid argument (run with NCCL_DEBUG",
        "message truncated : receiving",
        " 'invalid argument (run with NCCL_DEBUG",
    ),
    pattern=r"ncclInvalidUsage|NCCL [Ee]rror.*\binvalid usage\b|NCCL WARN \w+ : invalid root |NCCL WARN Mismatched collective detected|NCCL WARN .*collective mismatch error|NCCL error in: .*, invalid argument \(run with|message truncated : receiving|NCCL error \S+ 'invalid argument \(run",
    samples=(
        "ncclInvalidUsage: This usually reflects invalid usage of NCCL library.",
        "RuntimeError: NCCL error: invalid usage (run with NCCL_DEBUG=WARN for details)",
        "Assertion failed: Failed, NCCL error ncclCommunicator.cpp:90 'invalid usage (run with NCCL_DEBUG=WARN for details)'",
        "YYY:2396:2428 [0] misc/argcheck.cc:40 NCCL WARN Reduce : invalid root 0 (root should be in the 0..0 range)",
        "node-8x-v100-nvlink-1:39719:39719 [3] init.cu:1197 NCCL WARN Mismatched collective detected, please check your collective calls at and around rank 11.",
        "gpu-a07:4410:4512 [2] transport/net_ib.cc:1320 NCCL WARN NET/IB : req 0/1 tag 5 peer 10.0.4.22<48213> collective mismatch error, local size 2097152 remote size 1048576",
        "0: torch.distributed.DistBackendError: NCCL error in: /opt/pytorch/pytorch/torch/csrc/distributed/c10d/ProcessGroupNCCL.cpp:3690, invalid argument (run with NCCL_DEBUG=WARN for details), NCCL version 2.26.5",
        "node02:7781:7902 [2] transport/net_socket.cc:596 NCCL WARN NET/Socket : peer 10.3.0.5<41822> message truncated : receiving 1048576 bytes instead of 524288.",
        "[TensorRT-LLM][ERROR] Failed, NCCL error /src/tensorrt_llm/cpp/tensorrt_llm/common/opUtils.cpp:128 'invalid argument (run with NCCL_DEBUG=WARN for details)'",
    ),
    near_misses=(
        "node1:4711:4711 [0] NCCL INFO ncclCommInitRank comm 0x1 rank 0 nranks 8 cudaDev 0",
        "ncclInvalidArgument: Invalid value for an argument.",
    ),
)
