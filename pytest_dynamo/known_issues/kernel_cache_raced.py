# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Several ranks wrote the same compiled kernel into one cache, and one found it half there.

Why: Each compiles what it needs as it begins, and a file system that several nodes share keeps no
order among them.

Remedy: Give each node, or each rank, a cache of its own on a local disk (TRITON_CACHE_DIR,
TORCHINDUCTOR_CACHE_DIR, DG_JIT_CACHE_DIR), or start again, since the cache is there now.

Source: Triton, `runtime/cache.py`; PyTorch, `torch/_inductor/codecache.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI554",
    "kernel-cache-raced",
    role="root",
    fault="product",
    engine="torch",
    texts=(
        "/.triton/",
        "/torchinductor_",
        "CUDA_ERROR_FILE_NOT_FOUND",
        "cannot stat shared object: Stale",
        "/triton_cache/",
        "Device or resource busy: '",
        "Directory not empty: '",
        "so: file too short",
    ),
    pattern=r"\b(?:FileNotFoundError: \[Errno 2\]|OSError: \[Errno (?:39|116)\]|FileExistsError: \[Errno 17\]|JSONDecodeError: ).*(?:/\.triton/|/torchinductor_)|CUDA driver error \(\S*\bjit/handle\.hpp\S*: 301 \(CUDA_ERROR_FILE_NOT_FOUND|/\.triton/cache/.*cannot stat shared object: Stale|/triton_cache/.*: file too short|(?:Device or resource busy|Directory not empty): '.*(?:/\.triton/|/inductor_cache/triton/)|/cached_ops/\S+: file too short",
    samples=(
        "FileNotFoundError: [Errno 2] No such file or directory: '/root/.triton/cache/DE758C42/_fwd_kernel.json.tmp.pid_912_7d1c'",
        "OSError: [Errno 39] Directory not empty: '/home/llm/.triton/cache/tmp.pid_91_77' -> '/home/llm/.triton/cache/DE758C42'",
        "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/torchinductor_root/4u/c4uf.so'",
        "RuntimeError: CUDA driver error (/deepgemm-src/csrc/jit/handle.hpp:101): 301 (CUDA_ERROR_FILE_NOT_FOUND, file not found)",
        "ImportError: /home/rsmith/.triton/cache/XWV6Q2K3/__triton_launcher.cpython-312-x86_64-linux-gnu.so: cannot stat shared object: Stale file handle",
        "OSError: [Errno 16] Device or resource busy: '/root/.triton/cache/3f1a7c0e/cuda_utils.cpython-310-x86_64-linux-gnu.so'",
        "21: ImportError: /lustre/home/a1/.cache/vllm/torch_compile_cache/torch_aot_compile/triton_cache/J2N4/cuda_utils.cpython-312-aarch64-linux-gnu.so: file too short",
        "decode-3  | OSError: [Errno 39] Directory not empty: '/home/dyn/.cache/vllm/torch_compile_cache/b985b23115/inductor_cache/triton/3/tmp.pid_2719_91aa0c'",
        "OSError: /home/llm/.cache/flashinfer/0.2.14/90a/cached_ops/sampling/sampling.so: file too short",
    ),
    near_misses=(
        "FileNotFoundError: [Errno 2] No such file or directory: '/models/r1/config.json'",
        "triton cache directory: /root/.triton/cache",
        "RuntimeError: CUDA driver error: 301 (CUDA_ERROR_FILE_NOT_FOUND)",
    ),
)
