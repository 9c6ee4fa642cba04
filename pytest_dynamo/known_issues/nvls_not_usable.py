# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NCCL cannot use the multicast of the NVSwitches.

Why: The fabric manager and the driver disagree, a switch was reset, or another job holds the
groups.

Remedy: Set NCCL_NVLS_ENABLE=0 to go on, and have the fabric manager of the node restarted.

Source: NCCL, `src/transport/nvls.cc`; NVSHMEM, `host/team`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI773",
    "nvls-not-usable",
    role="symptom",
    fault="infrastructure",
    engine="nccl",
    texts=(
        "NVLink SHARP (NVLS)",
        "error in the Fabric Manager",
        "NVLS resource",
        "cuMulticast",
        "transport/nvls.cc:",
        "Disable NVLS (NCCL_NVLS_ENABLE=0)",
    ),
    pattern=r"[Ff]ailed to \w+ NVLink SHARP|error in the Fabric Manager|NVLS resource \w+ failed|cuMulticast\w+.*(?:fail|[Ee]rror|ERROR)|transport/nvls\.cc:\d+ NCCL WARN Cuda failure (?!2 |'out of memory)|Disable NVLS \(NCCL_NVLS_ENABLE=0\)",
    node=True,
    samples=(
        "node1:77:131 [0] transport/nvls.cc:244 NCCL WARN Cuda failure 800 'operation not permitted'",
        "node1:4711:4801 [2] transport/nvls.cc:246 NCCL WARN Failed to bind NVLink SHARP (NVLS) Multicast memory of size 8388608 : CUDA error 401",
        "NCCL WARN This is usually caused by a system or configuration error in the Fabric Manager or NVSwitches.",
        "NVLS resource setup failed for team ID: 0",
        "CUDA driver error in cuMulticastCreate(&handle, &prop): CUDA_ERROR_NOT_SUPPORTED",
        "Disable NVLS (NCCL_NVLS_ENABLE=0) if you wish to avoid this error in the future.",
    ),
    near_misses=(
        "node1:77:131 [0] transport/nvls.cc:244 NCCL WARN Cuda failure 2 'out of memory'",
        "NCCL INFO NVLS multicast support is available on dev 0",
        "NCCL INFO NVLink SHARP (NVLS) 16 channels",
    ),
)
