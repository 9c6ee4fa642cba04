# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A library is missing or too old for what is loaded.

Why: The image and what was mounted into it do not belong together.

Remedy: Install in the image what runs in it, and mount no packages from elsewhere.

Source: The loader, `ld.so`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI913",
    "libraries-too-old",
    role="root",
    fault="config",
    engine="system",
    texts=(
        "GLIBC_",
        "GLIBCXX_",
        "cannot open shared object file",
        ": version `",
        "wrapper library",
        "cuDNN version incompatibility",
    ),
    pattern=r"wrapper library is not open correctly|Unable to load \w+ wrapper library symbol|: version `(?:CXXABI|GCC|GOMP|OMPI|NCCL)_[\d.]+' not found|GLIBC(?:XX)?_[\d.]+' not found|^(?!libibverbs: |.*NET/Plugin: |ERROR: ld\.so: |.*nixl_plugin|.*spank_pyxis|.*\(ignored\)).*(?<!libcuda\.so\.1: )(?<!libnvidia-ml\.so\.1: )cannot open shared object file|cuDNN version incompatibility|version `IBVERBS_[\d.]+' not found",
    samples=(
        "[TensorRT-LLM][ERROR] Assertion failed: UCX wrapper library is not open correctly. error : libucs.so.0 (/src/cacheTransceiver.cpp:152)",
        "Unable to load UCX wrapper library symbol, possible cause is that TensorRT LLM library is not built with UCX support, please rebuild in UCX-enabled environment.",
        " 0: ImportError: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by libnvinfer.so)",
        "ImportError: libstdc++.so.6: version `GLIBCXX_3.4.32' not found",
        "ImportError: /usr/lib/libstdc++.so.6: version `CXXABI_1.3.15' not found (required by /opt/x.so)",
        "ImportError: libmpi.so.40: cannot open shared object file: No such file or directory",
        "RuntimeError: cuDNN version incompatibility: PyTorch was compiled  against (9, 10, 2) but found runtime version (9, 1, 0).",
        "/lib/x86_64-linux-gnu/libibverbs.so.1: version `IBVERBS_1.14' not found (required by /lib/x86_64-linux-gnu/libmlx5.so.1)",
    ),
    near_misses=(
        "n1:2212:2912 [4] NCCL WARN NET/Plugin: Failed to load libnccl-net.so: libnccl-net.so: cannot open shared object file: No such file or directory",
        "[TensorRT-LLM][INFO] UCX wrapper library is opened",
        "glibc 2.36",
        "libibverbs: Warning: couldn't load driver 'libvmw_pvrdma-rdmav34.so': libvmw_pvrdma-rdmav34.so: cannot open shared object file: No such file or directory",
        "ERROR: ld.so: object 'libjemalloc.so.2' from LD_PRELOAD cannot be preloaded (cannot open shared object file): ignored.",
        "mca_base_component_repository_open: unable to open mca_pml_ucx: libucp.so.0: cannot open shared object file: No such file or directory (ignored)",
    ),
)
