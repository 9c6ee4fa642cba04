# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The libraries of NIXL do not belong together.

Why: The image mixes two releases, or another path comes first.

Remedy: Take the image as it was released, without LD_LIBRARY_PATH of your own.

Source: Dynamo issue 3054
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI603",
    "nixl-libraries-mixed",
    role="root",
    fault="config",
    engine="nixl",
    texts=(
        "undefined symbol: ",
        "Plugin API version mismatch for ",
        "Failed to find nixl_plugin_init",
        "nixl_agent_config.__init__() got an unexpected",
        "getPluginParams: backend '",
        "UCP API version is incompatible",
    ),
    pattern=r"undefined symbol: _ZN12nixl|nixl_plugin_manager.*[Ff]ailed to load plugin .*undefined symbol: |(?i:nixl).*undefined symbol: |libplugin_\w+\.so: undefined symbol: |Plugin API version mismatch for \S*libplugin|Failed to find nixl_plugin_init in|nixl_agent_config.__init__\(\) got an unexpected|getPluginParams: backend '\w+' not found|UCP API version is incompatible",
    samples=(
        "E1121 09:19:49.123456 331 nixl_plugin_manager.cpp:117] Failed to load plugin from /opt/nixl/plugins/libplugin_UCX.so: undefined symbol: ucp_ep_create_device_mem_list",
        " 0: ImportError: /opt/nixl/lib/libnixl.so: undefined symbol: _ZN12nixlDescListI13nixlBasicDescE",
        "ImportError: /opt/dynamo/venv/lib/python3.12/site-packages/nixl_cu12/_bindings.cpython-312-x86_64-linux-gnu.so: undefined symbol: _ZNK9nixlAgent13prepXferDlistERK12nixlDescListI13nixlBasicDescE",
        "E1103 09:14:22.118402     212 nixl_plugin_manager.cpp:104] Plugin API version mismatch for /usr/local/nixl/lib/x86_64-linux-gnu/plugins/libplugin_UCX.so: expected 2, got 1",
        "E0218 17:40:03.551920  1877 nixl_plugin_manager.cpp:87] Failed to find nixl_plugin_init in /opt/nvidia/nvda_nixl/lib/x86_64-linux-gnu/plugins/libplugin_UCX.so: undefined symbol: nixl_plugin_init",
        "17: python3: symbol lookup error: /usr/local/nixl/lib/x86_64-linux-gnu/plugins/libplugin_UCX.so: undefined symbol: ucp_worker_set_am_recv_handler_v2",
        "TypeError: nixl_agent_config.__init__() got an unexpected keyword argument 'num_threads'",
        "E0508 11:20:07.114032    4121 nixl_agent.cpp:265] getPluginParams: backend 'UCX' not found",
        "[1748179345.114806] [node03:3019122:0]     ucp_context.c:2257 UCX  WARN  UCP API version is incompatible: required >= 1.20, actual 1.18.0 (loaded from /usr/local/ucx/lib/libucp.so.0)",
    ),
    near_misses=(
        "ImportError: /opt/x/flash_attn.so: undefined symbol: _ZN3c104cuda",
        "Loaded NIXL 1.4.1",
        "ImportError: /usr/lib/libtorch_cuda.so: undefined symbol: ncclCommWindowRegister",
    ),
)
