# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The driver's libraries are of another release than its module in the kernel.

Why: The driver of this node was updated, and the old module is still loaded; or the container
brings libraries of its own.

Remedy: Reload the module or restart the node, and leave it out until then; in a container, use the
libraries of the node.

Source: NVML, NVML_ERROR_LIB_RM_VERSION_MISMATCH; CUDA, error 803
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI790",
    "driver-half-updated",
    role="root",
    fault="infrastructure",
    engine="cuda",
    texts=(
        "river/library version mismatch",
        "unsupported display driver / cuda driver combination",
        "NVRM: API mismatch",
        "LibRmVersionMismatch",
    ),
    node=True,
    samples=(
        "Failed to initialize NVML: Driver/library version mismatch",
        "RuntimeError: Unexpected error from cudaGetDeviceCount(). Error 803: system has unsupported display driver / cuda driver combination",
        "[ 8123.456789] NVRM: API mismatch: the client has the version 550.90.07, but",
        "slurmstepd-node2: error: pyxis:     nvidia-container-cli: initialization error: nvml error: driver/library version mismatch",
        "pynvml.NVMLError_LibRmVersionMismatch: RM has detected an NVML/RM version mismatch.",
    ),
    near_misses=("Failed to initialize NVML: Driver Not Loaded",),
)
