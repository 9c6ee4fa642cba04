# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A link of a network adapter has gone down.

Why: A cable, a transceiver, a switch port, or the adapter itself.

Remedy: Leave the node out, and look at its links (ibstat, mlxlink).

Source: The kernel's mlx5 driver; NCCL, `src/transport/net_ib.cc`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI710",
    "ib-link-down",
    role="root",
    fault="infrastructure",
    engine="infiniband",
    texts=(
        "async error event: port",
        "Link down",
        "Link DOWN",
        "NIC Link is Down",
        "async event: port error",
        "sync event on ",
        "fatal async event",
        "Got async event",
        "Port module event[error]",
        "Cable unplugged",
        ": Lost carrier",
        "carrier: link disconnected",
        "link status definitely down",
    ),
    pattern=r"async (?:error )?event ?: (?:port error|local catastrophic|device fatal)|[Aa]sync event on \S+: (?:port error|local catastrophic|device fatal)|(?<!non-)fatal async event|mlx[45]_core .*(?:Link (?:down|DOWN)|Port module event(?:\[error\](?!.*modules unplugged)|.*, Cable unplugged))|bnxt_en .*NIC Link is Down|\bib\w+: Lost carrier|carrier: link disconnected|link status definitely down",
    node=True,
    samples=(
        "node1:4711:4801 [3] transport/net_ib.cc:253 NCCL WARN NET/IB : mlx5_3:1 Got non-fatal async event: port error(10)",
        "[5501120.338221] mlx5_core 0000:29:00.0 mlx5_3: Port: 1 Link DOWN",
        "[ 8123.456789] bnxt_en 0000:4a:00.0 enp74s0np0: NIC Link is Down",
        "node1:4711:4801 [0] NCCL WARN NET/IB : mlx5_3:1 Got async error event: port error",
        "[ 8123.456789] mlx5_core 0003:01:00.0 ibp3: Link down",
        "UCX  ERROR IB async event: port error on mlx5_0/1",
        "ib_device.c:471  UCX  ERROR IB Async event on mlx5_4: port error on port 1",
        "node1:4711:4801 [0] NCCL WARN NET/IB : mlx5_0:1 Got fatal async event: device fatal error",
        "node1:4711:4801 [0] NCCL WARN NET/IB : Got async event : port error",
        "[ 8123.456789] mlx5_core 0000:9b:00.0: Port module event[error]: module 0, Cable error, Power budget exceeded",
        "[ 8123.456789] mlx5_core 0000:9b:00.0: Port module event: module 0, Cable unplugged",
        "systemd-networkd[1422]: ibp90s0: Lost carrier",
        "Jun 12 10:00:01 node01 NetworkManager[1190]: <info>  [1749722401.3341] device (ib0): carrier: link disconnected",
        "[Wed Jun  3 12:01:44 2025] bond0: (slave ens1f0np0): link status definitely down, disabling slave",
    ),
    near_misses=(
        "[1042330.410022] mlx5_core 0000:5e:00.0: Port module event[error]: module 0, Cable error, One or more network modules unplugged/no cable",
        "node1:4711:4801 [3] transport/net_ib.cc:253 NCCL WARN NET/IB : mlx5_3:1 Got non-fatal async event: port active(9)",
        "node1:4711:4801 [3] transport/net_ib.cc:253 NCCL WARN NET/IB : mlx5_3:1 Got non-fatal async event: client reregistration(17)",
        "[   12.345678] mlx5_core 0000:9b:00.0: Port module event: module 0, Cable plugged",
        "[5501120.338221] mlx5_core 0000:29:00.0 mlx5_3: Port: 1 Link ACTIVE",
        "[ 8123.456789] mlx5_core 0003:01:00.0 ibp3: Link up",
        "node1:4711:4801 [0] NCCL WARN NET/IB : mlx5_3:1 Got async event : port active",
        "systemd-networkd[1422]: eno1: Lost carrier",
    ),
)
