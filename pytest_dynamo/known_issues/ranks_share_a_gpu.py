# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Two ranks use the same GPU.

Why: Each rank takes the GPU of its local number; several tasks of a node were given the same, or one device is visible to all of them.

Remedy: Start one task per GPU, and leave CUDA_VISIBLE_DEVICES alone or give each task its own.

Source: NCCL, `src/init.cc`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI708",
    "ranks-share-a-gpu",
    role="root",
    fault="config",
    engine="nccl",
    texts=(
        "Duplicate GPU detected",
        "overlapping devices from different ranks",
        "Multiple Ranks are using the same GPU",
        "has detected multiple PEs per GPU which is not",
    ),
    samples=(
        "node1:4711:4801 [0] init.cc:943 NCCL WARN Duplicate GPU detected : rank 1 and rank 0 both on CUDA device 1b000",
        "RuntimeError: CUDASymmetricMemoryAllocator::rendezvous: detected allocations from overlapping devices from different ranks.",
        "[2026-03-02 10:11:12] gb200-07:4411:4520 [0] init.cc:1060 NCCL WARN Multiple Ranks are using the same GPU/Partition. Set NCCL_MULTI_RANK_GPU_ENABLE=1 to enable this configuration.",
        "NVSHMEM has detected multiple PEs per GPU which is not supported by NCCL and is disabling NCCL accordingly.",
    ),
    near_misses=(
        "node1:4711:4711 [0] NCCL INFO ncclCommInitRank comm 0x1 rank 0 nranks 8 cudaDev 0",
    ),
)
