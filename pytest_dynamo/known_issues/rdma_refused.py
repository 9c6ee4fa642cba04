# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A network adapter gives none of what a transfer needs.

Why: Memory cannot be locked or registered (ulimit -l, nvidia_peermem), or the adapter has no more queues.

Remedy: Raise the limit of locked memory, load nvidia_peermem, or look at the adapter (ibstat).

Source: rdma-core; UCX, `src/uct/ib`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI609",
    "rdma-refused",
    role="symptom",
    fault="infrastructure",
    engine="ucx",
    texts=(
        "ibv_reg_mr",
        "ibv_create_cq",
        "ibv_create_qp",
        "mlx5dv_devx_obj_create",
        "ailed to register memory",
        "ibv_modify_qp",
        "failed to register address",
        "fi_mr_reg",
        "Unable to register MR",
        "mlx5dv_",
        "ibv_",
        "emory registration failed",
        "async reg mr failed",
        "failed to create UD QP",
    ),
    pattern=r"^(?!.*(?:ibv_modify_qp failed with .*Connection timed out|: (?:non-zero|error) status: )).*(?:(?:ibv_\w+|mlx5dv_\w+)\b.*(?:fail|annot allocate|Bad address)|fail.*\bibv_\w+|[Ff]ailed to register (?:memory|address)|fi_mr_reg\w*.*fail|Unable to register MR|[Mm]emory registration failed)|async reg mr failed|failed to create UD QP",
    samples=(
        "[1732181989.123456] [node1:4711:0] ib_md.c:309  UCX  ERROR ibv_reg_mr(address=0x7f3a, length=4096, access=0xf) failed: Bad address",
        "ibv_create_cq() failed on mlx5_0",
        "ibv_create_qp failed on mlx5_0",
        "ib_mlx5_dv.c:452  UCX  ERROR   mlx5dv_devx_obj_create(CQ) failed on mlx5_2, syndrome 0x2aac7c: Remote I/O error",
        "E1121 09:19:49.123456 4711 nixl_agent.cpp:1] failed to register memory with backend UCX",
        "node1:4711:4801 [2] NCCL WARN Call to ibv_modify_qp failed with 22 Invalid argument",
        "ib_md.c:309  UCX  ERROR failed to register address 0x7f3a (cuda) length 1234 on md[3]=mlx5_0: Input/output error",
        "ib_md.c:309  UCX  ERROR ibv_reg_mr(address=0x7f3a, length=4096) failed: Cannot allocate memory",
        "RuntimeError: LIBFABRIC backend: fi_mr_regattr failed: Cannot allocate memory",
        "libfabric:4512:1731404712::efa:mr:efa_mr_reg_impl():818<warn> Unable to register MR of 4096 bytes",
        "ibv_create_qp: Cannot allocate memory",
        "[mlx5_2] mlx5dv_devx_alloc_uar failed: Cannot allocate memory, out of doorbells",
        "UCX  ERROR   ibv_create_srq() failed: Cannot allocate memory",
        "RuntimeError: Mooncake batch memory registration failed.",
        "[2026-02-11T08:41:07] infiniband mlx5_0: create_mkey_callback:131:(pid 2298062): async reg mr failed. status -12",
        "8: ib_iface.c:988  UCX  ERROR iface=0x224c8a10: failed to create UD QP TX wr:256 sge:6 inl:64 resp:0 RX wr:4096 sge:1 resp:0: Cannot allocate memory",
    ),
    near_misses=(
        "ibv_reg_mr took 3 ms",
        "/src/modules/transport/ibrc/ibrc.cpp:418: non-zero status: 110 ibv_modify_qp failed",
    ),
)
