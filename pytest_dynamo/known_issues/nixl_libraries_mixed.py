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
    texts=("undefined symbol: ",),
    pattern=r"undefined symbol: _ZN12nixl|nixl_plugin_manager.*[Ff]ailed to load plugin .*undefined symbol: ",
    samples=(
        "E1121 09:19:49.123456 331 nixl_plugin_manager.cpp:117] Failed to load plugin from /opt/nixl/plugins/libplugin_UCX.so: undefined symbol: ucp_ep_create_device_mem_list",
        " 0: ImportError: /opt/nixl/lib/libnixl.so: undefined symbol: _ZN12nixlDescListI13nixlBasicDescE",
    ),
    near_misses=("ImportError: /opt/x/flash_attn.so: undefined symbol: _ZN3c104cuda", "Loaded NIXL 1.4.1"),
)
