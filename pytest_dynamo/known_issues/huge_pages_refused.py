# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The kernel gives no huge pages for the experts in host memory.

Why: Transparent huge pages are switched off on the node.

Remedy: Set transparent_hugepage to madvise on the nodes.

Source: TensorRT-LLM, `examples/wide_ep`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI403",
    "huge-pages-refused",
    role="confirmation",
    fault="infrastructure",
    engine="trtllm",
    texts=("madvise(MADV_HUGEPAGE) failed",),
    phase="load",
    samples=(" 5: [TensorRT-LLM][WARNING] madvise(MADV_HUGEPAGE) failed.",),
    near_misses=("madvise(MADV_DONTNEED)",),
)
