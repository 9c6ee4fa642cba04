# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A module of the environment does not exist, or does not go with those that are loaded.

Why: `module load` names a version that this cluster does not have, or MODULEPATH is that of
another.

Remedy: Look at `module avail` on a compute node, and correct the name.

Source: Lmod; Environment Modules, `ModuleCmd_Load.c`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI921",
    "module-unknown",
    role="root",
    fault="config",
    engine="system",
    texts=(
        "module(s) are unknown",
        "Unable to locate a modulefile for",
        "Lmod has detected the following error",
        "These module(s) or extension(s) exist but cannot be loaded as requested",
        "conflicts with the currently loaded module",
        "cannot be loaded due to a conflict",
    ),
    samples=(
        'Lmod has detected the following error:  The following module(s) are unknown: "cuda/13.0"',
        "ModuleCmd_Load.c(213):ERROR:105: Unable to locate a modulefile for 'openmpi/5.0'",
        'These module(s) or extension(s) exist but cannot be loaded as requested: "nccl/2.28"',
        "  ERROR: Module cannot be loaded due to a conflict.",
        "nid003412: PrgEnv-nvidia/8.5.0(12):ERROR:150: Module 'PrgEnv-nvidia/8.5.0' conflicts with the currently loaded module(s) 'PrgEnv-cray/8.5.0'",
        "ERROR: cuda/12.8 cannot be loaded due to a conflict.",
    ),
    near_misses=(
        "Lmod is loaded: 12 modules",
    ),
)
