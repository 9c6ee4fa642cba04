# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""UCX finds none of the devices and transports that it was told to use.

Why: UCX_NET_DEVICES or UCX_TLS names what this node, or this container, does not have: an adapter of
another node, one that was not mounted, or a transport that the device cannot carry.

Remedy: Compare UCX_NET_DEVICES and UCX_TLS with `ucx_info -d` inside the container, or leave them out.

Source: UCX, `src/ucp/core/ucp_context.c`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI612",
    "transfer-device-missing",
    role="symptom",
    fault="config",
    engine="ucx",
    texts=(
        "o usable transports/devices",
        "UCX is likely not configured with CUDA support",
        "is not available, please use one or more of: ",
        "are not available, please use",
        "UCX CUDA support was not found",
        "Failed to create UCX context: No such device",
        "Failed to create UCX context ",
    ),
    pattern=r"UCX is likely not configured with CUDA support|[Nn]o usable transports/devices(?: \(|, )asked |(?:device|transport|component)s? '?\S+ (?:is|are) not available, please use one or more of: |UCX CUDA support was not found|Failed to create UCX context: No such device|Failed to create UCX context \S+: No such device",
    samples=(
        "[1793180248.718789] [n1:63587:0]      ucp_context.c:1582 UCX  ERROR No usable transports/devices, asked rc,ud,dc on network:mlx5_bond_0:1",
        "E0607 11:01:35.022609   15212 ucx_utils.cpp:585] VRAM memory is detected as host by UCX. UCX is likely not configured with CUDA support.",
        "[1759912034.790113] [node1:91   :0]     ucp_context.c:1579 UCX  ERROR no usable transports/devices (asked ib,rc,cuda_copy on mlx5_8:1)",
        "[1759912034.781200] [node1:91   :0]     ucp_context.c:1134 UCX  WARN  network device 'mlx5_8:1' is not available, please use one or more of: 'eth0'(tcp), 'lo'(tcp)",
        "[1759912034.781200] [node1:91   :0]     ucp_context.c:1134 UCX  WARN  transport 'rdmacm' is not available, please use one or more of: cuda_copy, self, tcp",
        "[1785518454.769837] [l20131:271545:0]     ucp_context.c:1395 UCX  WARN  network devices 'mlx5_4:1','mlx5_5:1' are not available, please use one or more of: 'eth0'(tcp), 'lo'(tcp), 'mlx5_0:1'(ib)",
        "W0828 04:17:30.900412    901 ucx_utils.cpp:631] 4 NVIDIA GPU(s) were detected, but UCX CUDA support was not found! GPU memory is not supported.",
        "RuntimeError: Failed to create UCX context: No such device",
        "E1128 08:51:00.167337     398 backend_plugin.h:102] Failed to create engine: Failed to create UCX context prefill-0: No such device",
    ),
    near_misses=(
        "[1759912034.790113] [node1:91   :0]     ucp_context.c:1579 UCX  INFO  ep_cfg[0]: tag(self/memory cuda_copy/cuda)",
        "model 'r1' is not available, please use one or more of: r2",
    ),
)
