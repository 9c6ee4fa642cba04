# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""CUDA's service that shares a GPU between processes (MPS) does not answer.

Why: Its daemon has ended or is another user's, or it serves as many processes as it can.

Remedy: Restart the daemon (nvidia-cuda-mps-control -d), or unset CUDA_MPS_PIPE_DIRECTORY.

Source: CUDA, errors 805 to 810
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI778",
    "mps-not-usable",
    role="root",
    fault="infrastructure",
    engine="cuda",
    texts=(
        "MPS client failed to connect",
        "MPS server is not ready",
        "to create MPS client",
        "MPS client has been terminated",
        "CUDA_ERROR_MPS_",
        "between the MPS server and the MPS client failed",
        "MPS Server failed to create",
        "Cannot find MPS control daemon process",
    ),
    node=True,
    samples=(
        "RuntimeError: CUDA error: MPS client failed to connect to the MPS control daemon or the MPS server",
        "CUDA error: MPS server is not ready to accept new MPS client requests",
        "CUDA error: the hardware resources required to create MPS client have been exhausted",
        "CUDA error: the MPS client has been terminated by the server",
        "cuInit failed: CUDA_ERROR_MPS_CONNECTION_FAILED",
        "decode-1  | torch.AcceleratorError: CUDA error: the remote procedural call between the MPS server and the MPS client failed",
        "[2026-03-02 14:11:08.044 Server  9122] MPS Server failed to create/open SHM segment.",
        "Cannot find MPS control daemon process",
    ),
    near_misses=("Multiple PEs per GPU (MPG) detected but MPS is not running.",),
)
