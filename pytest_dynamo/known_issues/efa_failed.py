# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The Elastic Fabric Adapter, or libfabric over it, does not work.

Why: The security group lets no EFA traffic through, the device is not in the container, or memory
is not registered.

Remedy: Check fi_info -p efa in the container, the security group of the nodes, and ulimit -l.

Source: aws-ofi-nccl; libfabric, `prov/efa`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI780",
    "efa-failed",
    role="symptom",
    fault="infrastructure",
    engine="libfabric",
    texts=(
        "NET/OFI",
        "fi_getinfo",
        "EFA: Unresponsive",
        "EFA internal error",
        "Libfabric EFA provider has encountered",
        "efa_rdm_txe_handle_error",
        "required for EFA topology discovery",
        "Failed to process command CREATE_QP",
    ),
    pattern=r"NCCL WARN NET/OFI (?!Failed to initialize \w+ protocol)|fi_getinfo\b.*(?i:fail|no data|error)|EFA: Unresponsive|EFA internal error: |Libfabric EFA provider has encountered|efa_rdm_txe_handle_error|required for EFA topology discovery|efa \S+ Failed to process command CREATE_QP",
    samples=(
        "node1:4711:4801 [0] create_comm:1201 NCCL WARN NET/OFI Request completed with error. RC: 14.",
        "RuntimeError: fi_getinfo failed: No data available",
        "Error: unknown error (EFA: Unresponsive remote)",
        "EFA internal error: (4111) RMA address verification failed",
        "Libfabric EFA provider has encountered an internal error:",
        "libfabric:451707:1708520807::efa:cq:efa_rdm_txe_handle_error():737<warn> err: 5, message: Invalid address My EFA addr: fi_addr_efa://[fe80::13:c2ff:fe6f:f03d]:0:1072483550",
        "E0302 10:15:44.120118   48122 libfabric_backend.cpp:352] Failed to build PCIe to Libfabric mapping - this is required for EFA topology discovery",
        "[ 1412.330912] efa 0000:00:1d.0: Failed to process command CREATE_QP (opcode 1) comp_status 7 err -12",
    ),
    near_misses=("NCCL INFO NET/OFI Initializing aws-ofi-nccl 1.13.0",),
)
