# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""NIXL, or the plugin of the backend that is asked for, is not there.

Why: The image lacks it, NIXL_PLUGIN_DIR is another, or its UCX is too old for the plugin.

Remedy: Install NIXL with its plugins in the image, or name a backend that it has.

Source: NIXL, `src/core/nixl_plugin_manager.cpp`; vLLM
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI611",
    "nixl-plugin-missing",
    role="root",
    fault="config",
    engine="nixl",
    texts=(
        "createBackend: unsupported backend",
        "NIXL is not available",
        "nixl_plugin_manager",
        "NIXL is not installed",
        "RIXL is unavailable",
        "No NIXL plugin",
        "No plugin found for backend",
        "plugin not found",
        "lugin was not found",
        "due to the missing plugin",
        "No plugins available",
        "Error accessing directory(",
        "Plugin directory does not exist or is not readable",
    ),
    pattern=r"createBackend: unsupported backend|NIXL is not (?:available|installed)|RIXL is unavailable|No NIXL plugin|No plugin found for backend|nixl_plugin_manager.*[Ff]ailed to load plugin(?!.*(?:undefined symbol: |/libplugin_(?:GDS|GDS_MT|OBJ|POSIX|HF3FS|GPUNETIO|GUSLI|AZURE_BLOB)\.so))|nixl_agent.*[Pp]lugin (?:was )?not found|Skipping backend registration UCX due to the missing plugin|No plugins available(?: for NIXL)?, cannot start transfers|nixl_plugin_manager\.cpp:\d+\] Error accessing directory\(|Plugin directory does not exist or is not readable",
    samples=(
        "E1121 09:19:49.123456 4711 nixl_agent.cpp:331] createBackend: unsupported backend 'UCX'",
        "RuntimeError: NIXL is not available",
        "E1121 09:19:49.123456 4711 nixl_plugin_manager.cpp:120] Failed to load plugin from /opt/nixl/plugins/libplugin_UCX.so: libucp.so.0: version `UCX_1.20' not found",
        "ImportError: NIXL is not installed",
        "RuntimeError: NIXL/ RIXL is unavailable.",
        "RuntimeError: No NIXL plugin found for backend GDS",
        "E1121 09:19:49.123456 4711 nixl_agent.cpp:301] No plugin found for backend 'Mooncake'",
        "E1121 09:19:49.123456 4711 nixl_agent.cpp:355] backend GDS_MT: plugin not found",
        "E1121 09:19:49.123456 4711 nixl_agent.cpp:355] createBackend: plugin was not found for OBJ",
        "Skipping backend registration UCX due to the missing plugin.",
        "RuntimeError: No plugins available for NIXL, cannot start transfers!",
        "2025-09-20 12:01:17 NIXL ERROR   _api.py:208 No plugins available, cannot start transfers!",
        'E0304 18:34:09.357125   4411 nixl_plugin_manager.cpp:482] Error accessing directory("/home/ubuntu/nixl/build/src/core/plugins"): No such file or directory',
        "E0302 10:12:04.118872   41288 nixl_plugin_manager.cpp:388] Plugin directory does not exist or is not readable: /opt/nvidia/nvda_nixl/lib/x86_64-linux-gnu/plugins",
    ),
    near_misses=(
        "Skipping backend registration GDS due to the missing plugin.",
        "E1121 09:19:49.123456 331 nixl_plugin_manager.cpp:117] Failed to load plugin from /opt/x/libplugin_UCX.so: undefined symbol: ucp_x",
        "I1121 09:19:49.123456 4711 nixl_plugin_manager.cpp:90] Loading plugins",
        "pytest: plugin not found",
        "E0421 09:12:44.91 227719 nixl_plugin_manager.cpp:151] Failed to load plugin from /opt/nixl/plugins/libplugin_GDS.so: libcufile.so.0: cannot open shared object file: No such file or directory",
    ),
)
