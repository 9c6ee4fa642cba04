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
    texts=("/.triton/", "/torchinductor_", "CUDA_ERROR_FILE_NOT_FOUND"),
    pattern=r"\b(?:FileNotFoundError: \[Errno 2\]|OSError: \[Errno (?:39|116)\]|FileExistsError: \[Errno 17\]|JSONDecodeError: ).*(?:/\.triton/|/torchinductor_)|CUDA driver error \(\S*\bjit/handle\.hpp\S*: 301 \(CUDA_ERROR_FILE_NOT_FOUND",
    samples=(
        "FileNotFoundError: [Errno 2] No such file or directory: '/root/.triton/cache/DE758C42/_fwd_kernel.json.tmp.pid_912_7d1c'",
        "OSError: [Errno 39] Directory not empty: '/home/llm/.triton/cache/tmp.pid_91_77' -> '/home/llm/.triton/cache/DE758C42'",
        "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/torchinductor_root/4u/c4uf.so'",
        "RuntimeError: CUDA driver error (/deepgemm-src/csrc/jit/handle.hpp:101): 301 (CUDA_ERROR_FILE_NOT_FOUND, file not found)",
    ),
    near_misses=(
        "FileNotFoundError: [Errno 2] No such file or directory: '/models/r1/config.json'",
        "triton cache directory: /root/.triton/cache",
        "RuntimeError: CUDA driver error: 301 (CUDA_ERROR_FILE_NOT_FOUND)",
    ),
)
