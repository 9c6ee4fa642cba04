# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""GPU memory cannot be shared over NVLink between nodes.

Why: The IMEX daemon does not run, its channel is not in the container, or the domain lacks a node.

Remedy: Check nvidia-imex-ctl -N on every node, and that /dev/nvidia-caps-imex-channels is in the container.

Source: CUDA, `cuMemCreate`; TensorRT-LLM, `_mnnvl_utils.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI721",
    "fabric-not-usable",
    role="root",
    fault="infrastructure",
    engine="cuda",
    texts=(
        "CUDA_ERROR_NOT_PERMITTED",
        "CUDA error: operation not permitted",
        "connect to the IMEX service",
        # the number of CUresult alone, which is all that its str is from Python 3.11 on
        "RuntimeError: 800",
        "RuntimeError: 801",
        "cuMemImportFromShareableHandle",
        "cuMemExportToShareableHandle",
        "IMEX channel",
        "imex daemon",
        "fabric clique",
        "import fabric handle",
        "HANDLE_TYPE_FABRIC",
        "is available but not working",
        "export fabric handle",
        "IMEX daemon",
        # a handle of a node of which the domain does not know, or whose channel is closed
        "Cuda failure 101",
        "Cuda failure 800",
        "Cuda failure 'invalid device ordinal'",
        "in the node configuration file /etc/nvidia-imex",
        "cuMemCreate failed: 80",
        "cuMemCreate(&handle",
        "not ready in ComputeDomain",
        "nvidia-caps-imex-channels/channel",
        "nvidia-imex.service: Main process exited",
        "compute-domain.nvidia.com is not registered",
        "error asserting ComputeDomain Ready",
        "Domain State: DEGRADED",
        "the IMEX (NVLink fabric) service is not running",
        "nvidia-imex.service: Failed with result",
    ),
    # UCX goes on without CUDA IPC, however loud it is about it
    pattern=r"^(?!.*(?:cuda_ipc_|nvls\.cc)).*(?:CUDA_ERROR_NOT_PERMITTED|CUDA error: operation not permitted$|connect to the IMEX service|RuntimeError: 80[01]$|cuMem(?:Import|Export|Create)\w*.*(?:fail|error|ERROR)|[Ff]ailed.*IMEX channel|NCCL WARN IMEX channel .*is not available|(?i:imex) daemon (?:is not|exited|failed)|fabric clique mismatch|(?:im|ex)port fabric handle|HANDLE_TYPE_FABRIC failed|MNNVL .*is available but not working|not ready in ComputeDomain|nvidia-caps-imex-channels/channel\d+.*no such file|nvidia-imex\.service: Main process exited|compute-domain\.nvidia\.com is not registered|cuMemCreate\(.*operation not permitted|NCCL WARN Cuda failure (?:101 )?'invalid device ordinal'|NCCL WARN Cuda failure 800 'operation not permitted'|No matching network interface found for any IP addresses in the node configuration)|error asserting ComputeDomain Ready|Domain State: DEGRADED|the IMEX \(NVLink fabric\) service is not running|nvidia-imex\.service: Failed with result",
    samples=(
        "node1:118:642 [2] NCCL WARN Cuda failure 800 'operation not permitted'",
        "node1:77:301 [0] NCCL WARN IMEX channel /dev/nvidia-caps-imex-channels/channel0 is not available on node1",
        "RuntimeError: CUDA error: CUresult.CUDA_ERROR_NOT_PERMITTED",
        "RuntimeError: CUDA error: operation not permitted",
        "RuntimeError: 800",
        "RuntimeError: 801",
        "Failed to connect to the IMEX service (localhost:50005): Connection refused",
        "cuMemImportFromShareableHandle failed: CUDA_ERROR_INVALID_VALUE",
        "cuMemExportToShareableHandle failed with error 801",
        "NCCL WARN Failed to open IMEX channel /dev/nvidia-caps-imex-channels/channel0",
        "RuntimeError: CUDA driver error: system not ready for use: imex daemon is not running",
        "NCCL WARN MNNVL: fabric clique mismatch",
        "RuntimeError: Failed to import fabric handle: CUDA_ERROR_INVALID_HANDLE",
        "cuMemCreate with CU_MEM_HANDLE_TYPE_FABRIC failed: operation not supported",
        "mnnvl.cc:80 NCCL WARN MNNVL (cliqueSize 8) is available but not working on this system. Check the IMEX channel configuration (/dev/nvidia-caps-imex-channels).",
        "NCCL WARN Failed to export fabric handle: CUDA error 999",
        "RuntimeError: IMEX daemon is not ready on this node",
        "node1:118:642 [2] transport/p2p.cc:275 NCCL WARN Cuda failure 800 'operation not permitted'",
        "14: node1:68790:68867 [2] NCCL WARN Cuda failure 101 'invalid device ordinal'",
        "node1:68790:68867 [2] NCCL WARN Cuda failure 'invalid device ordinal'",
        "node1:1:212 [0] transport/p2p.cc:276 NCCL WARN Cuda failure 101 'invalid device ordinal'",
        "[Mar 21 2025 20:45:38] [ERROR] [tid 39] No matching network interface found for any IP addresses in the node configuration file /etc/nvidia-imex/nodes_config.cfg",
        "NvlinkTransport: cuMemCreate failed: 800",
        "I0523 22:44:58.336698       1 workqueue.go:171] Reconcile: error preparing devices for claim 'dynamo/decode-0-compute-domain-channel-8gwxw': prepare devices failed: error applying config: error asserting ComputeDomain Ready: current node not ready in ComputeDomain (attempt 37)",
        'docker: Error response from daemon: error gathering device information while adding custom device "/dev/nvidia-caps-imex-channels/channel0": no such file or directory',
        "call='cuMemCreate(&handle, size, &fabric_prop_, 0)' Reason=operation not permitted",
        "Mar 12 09:40:17 gb200-r4-n11 systemd[1]: nvidia-imex.service: Main process exited, code=exited, status=1/FAILURE",
        "  Warning  FailedPrepareDynamicResources  14s (x9 over 3m2s)  kubelet  Failed to prepare dynamic resources: prepare dynamic resources: DRA driver compute-domain.nvidia.com is not registered",
        "error asserting ComputeDomain Ready: ComputeDomain not Ready",
        "Domain State: DEGRADED",
        "HINT: In many cases this error indicates that the IMEX (NVLink fabric) service is not running or is misconfigured on MNNVL systems.",
        "Mar 02 10:15:44 gb200-r3-n07 systemd[1]: nvidia-imex.service: Failed with result 'exit-code'.",
    ),
    near_misses=(
        "RuntimeError: CUDA error: invalid device ordinal",
        "RuntimeError: 800 tokens do not fit",
        "node1:21:99 [0] transport/p2p.cc:275 NCCL WARN Cuda failure 2 'out of memory'",
        "[1753869775.412345] [node1:2214 :0]  cuda_ipc_md.c:285  UCX  ERROR   cuMemImportFromShareableHandle failed: invalid device context",
        "NCCL INFO MNNVL 1 cliqueSize 72",
        "NCCL INFO MNNVL: IMEX daemon state is up",
    ),
)
