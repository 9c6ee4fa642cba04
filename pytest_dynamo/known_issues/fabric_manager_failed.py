# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The fabric manager, or a switch between the GPUs, has failed.

Why: A switch or a link of it is broken, or the manager and the driver are of different releases.

Remedy: Look at nvidia-fabricmanager (systemctl status) and nvidia-smi -q (Fabric) on that node, and
leave it out.

Source: NVIDIA Fabric Manager; NVLink subnet manager
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI781",
    "fabric-manager-failed",
    role="root",
    fault="infrastructure",
    engine="cuda",
    texts=(
        "nvidia-fabricmanager",
        "nv-fabricmanager",
        "NVSwitch fatal error",
        "fabric manager",
        "system not yet initialized",
        "System not yet initialized (error",
        "aborting fabric manager",
        "Fabric Manager detected GPU NVL Fatal error",
    ),
    pattern=r"(?:nvidia|nv)-fabricmanager\S*.*(?i:fail|error|fatal|inactive)|NVSwitch fatal error|[Ss]ystem not yet initialized|[Ff]abric [Mm]anager .*(?:don't match|mismatch|failed|not running)|aborting fabric manager|Fabric Manager detected GPU NVL Fatal|Failed to start NVIDIA fabric manager",
    node=True,
    samples=(
        "   [[ System not yet initialized (error 802) ]]",
        "nvidia-fabricmanager.service: Failed with result 'exit-code'.",
        "nv-fabricmanager[2211]: failed to initialize fabric: request to query NVSwitch device information failed",
        "detected NVSwitch fatal error 20034 on fid 0 on NVSwitch pci bus id 00000000:86:00.0",
        "fabric manager NVIDIA GPU driver interface version 550.90 don't match with driver version 550.127: error",
        "RuntimeError: Unexpected error from cudaGetDeviceCount(). Error 802: system not yet initialized",
        "[Mar 02 2026 05:01:12] [ERROR] [tid 99999] detected number of NVSwitches don't match with any supported system topology, aborting fabric manager",
        "[Oct 13 2025 18:14:38] [ERROR] [tid 202] Fabric Manager detected GPU NVL Fatal error on :",
        "Sep 18 03:19:01 h100-12 systemd[1]: Failed to start NVIDIA fabric manager service.",
    ),
    near_misses=(
        'nvidia-fabricmanager: Started "Nvidia Fabric Manager"',
        "systemd: Starting nvidia-fabricmanager.service",
    ),
)
