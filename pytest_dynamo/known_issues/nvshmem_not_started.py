# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NVSHMEM, by which experts exchange tokens, does not start.

Why: GPUs of a node do not reach each other, or the driver gives the GPU no doorbell of the adapter
(IBGDA).

Remedy: Check `nvidia-smi topo -p2p r`, and the driver's option PeerMappingOverride=1 for IBGDA.

Source: NVSHMEM, `src/host/init` and `src/modules/transport`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI774",
    "nvshmem-not-started",
    role="symptom",
    fault="infrastructure",
    engine="nvshmem",
    texts=(
        "aborting due to error in nvshmem",
        "is not accessible, exiting",
        "building transport map failed",
        "initialize any transports",
        "NVSHMEM init failed",
        "ibgda_setup",
        "ibgda.cpp",
        ": non-zero status: ",
        ": error status: ",
        "init failed for transport",
        "cannot allocate mlx5dv_devx_uar",
        "nvshmem initialization failed, exiting",
        "nvshmem_rank == internode::init",
        "nvidia_peermem detected. Skipping transport",
    ),
    pattern=r"aborting due to error in nvshmem|Peer GPU \d+ is not accessible|transport map failed|Unable to initialize any transports|NVSHMEM init failed|ibgda\w*(?:\.cpp:\d+:)? .*(?:non-zero|fail)|\.(?:cpp|cu|c|h|cuh):(?:\w+:)?\d+: (?:non-zero|error) status: (?!2 cuMemCreate)\d+.*(?:fail|error|exiting)|init failed for transport|cannot allocate mlx5dv_devx_uar|nvshmem initialization failed, exiting|nvshmem_rank == internode::init|nvidia_peermem detected\. Skipping",
    phase="load",
    samples=(
        "nvshmem/src/host/init/init.cu:nvshmemi_common_init:920: aborting due to error in nvshmem_setup_connections",
        "/nvshmem_src/src/host/topo/topo.cpp:477: [GPU 5] Peer GPU 3 is not accessible, exiting ...",
        "/nvshmem_src/src/host/init/init.cu:989: non-zero status: 3 building transport map failed",
        "/nvshmem_src/src/host/transport/transport.cpp:420: Unable to initialize any transports. returning error.",
        "RuntimeError: NVSHMEM init failed: status 7",
        "/nvshmem_src/src/modules/transport/ibgda/ibgda.cpp:3629: non-zero status: 7 ibgda_setup_endpoints failed",
        "/src/modules/transport/ibrc/ibrc.cpp:418: non-zero status: 110 ibv_modify_qp failed",
        "/src/host/init/init.cu:1042: error status: 7 (NVSHMEMX_ERROR_INTERNAL) nvshmem setup connections failed",
        "/sgl-workspace/nvshmem/src/host/transport/transport.cpp:nvshmemi_transport_init:275: init failed for transport: IBGDA",
        "/opt/nvshmem/nvshmem/src/modules/transport/ibgda/ibgda.cpp:1889: NULL value cannot allocate mlx5dv_devx_uar",
        "nvshmem initialization failed, exiting ",
        "RuntimeError: Failed: Assertion error /sgl-workspace/DeepEP/csrc/deep_ep.cpp:202 'nvshmem_rank == internode::init(root_unique_id, nvshmem_rank, num_nvshmem_ranks, low_latency_mode)'",
        "/sgl-workspace/nvshmem/src/modules/transport/ibrc/ibrc.cpp:nvshmemt_init:1851: neither nv_peer_mem, or nvidia_peermem detected. Skipping transport.",
    ),
    near_misses=(
        "NVSHMEM INFO ibgda.cpp: using 4 QPs per PE",
        "server.cpp: exit with non-zero status: 7",
    ),
)
