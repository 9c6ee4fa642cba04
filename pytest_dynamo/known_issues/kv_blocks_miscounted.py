# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The manager of the KV cache has lost count of its blocks or sequences.

Why: The manager checks its own books, and they do not add up: a sequence that is there already, a
block that is free and in use. No setting asks for that; it is a bug of the engine.

Remedy: Upgrade the engine; until then run without reuse of blocks, without offloading them to the
host, and without the overlap scheduler, one after the other, to see which of them it takes.

Source: TensorRT-LLM, `batch_manager/kvCacheManager.cpp`; vLLM, `v1/core/block_pool.py`; Dynamo issue
6734
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI553",
    "kv-blocks-miscounted",
    role="root",
    fault="product",
    engine="trtllm",
    texts=(
        "kvCacheManager.",
        "evictionPolicy.cpp:",
        "lockRadixTree.cpp:",
        "adixBlockTree.cpp:",
        "free blocks from the pool",
        "No free blocks left",
        "No free block found",
        "mFreePrimaryBlocks list has no GPU blocks",
        "Can't remove link from block",
    ),
    # an expression of its code; what it says of a cache that is too small is a sentence
    pattern=r"Assertion failed: [!\w:.()\[\]>*&-]+(?: (?:[=!<>]=?|&&) [!\w:.()\[\]>*&-]+)? \((?:\.\.)?/\S*(?:kvCacheManager|evictionPolicy|[bB]lockRadixTree|[rR]adixBlockTree)\.(?:cpp|h):\d+|Cannot get \d+ free blocks from the pool|Can't allocate new blocks(?: for window size \d+)?\. No free blocks left|No free block found\. This shouldn't happen|mFreePrimaryBlocks list has no GPU blocks|Can't remove link from block",
    samples=(
        "RuntimeError: [TensorRT-LLM][ERROR] Assertion failed: Can't allocate new blocks. No free blocks left. (/src/batch_manager/kvCacheManager.cpp:1584)",
        " 0: [TensorRT-LLM][ERROR] Assertion failed: emplaceDone (/src/tensorrt_llm/cpp/tensorrt_llm/batch_manager/kvCacheManager.cpp:2104)",
        "RuntimeError: [TensorRT-LLM][ERROR] Assertion failed: block->hasRefs() (/src/tensorrt_llm/cpp/tensorrt_llm/batch_manager/evictionPolicy.cpp:140)",
        "[TensorRT-LLM][ERROR] Assertion failed: node != nullptr (/src/tensorrt_llm/cpp/tensorrt_llm/batch_manager/kv_cache_manager_v2/blockRadixTree.cpp:77)",
        "[TensorRT-LLM][ERROR] Assertion failed: node != nullptr (/src/tensorrt_llm/cpp/tensorrt_llm/batch_manager/radixBlockTree.cpp:77)",
        "[TensorRT-LLM][ERROR] Assertion failed: emplaceDone (/src/tensorrt_llm/cpp/include/tensorrt_llm/batch_manager/kvCacheManager.h:1466)",
        "[TensorRT-LLM][ERROR] Assertion failed: emplaceDone (../tensorrt_llm/batch_manager/kvCacheManager.cpp:1904)",
        "[TensorRT-LLM][ERROR] No free block found. This shouldn't happen! (/src/tensorrt_llm/cpp/tensorrt_llm/batch_manager/evictionPolicy.cpp:144)",
        "ValueError: Cannot get 12 free blocks from the pool",
        "RuntimeError: [TensorRT-LLM][ERROR] Assertion failed: Can't allocate new blocks for window size 8192. No free blocks left. (/src/batch_manager/kvCacheManager.cpp:1371)",
        "[TensorRT-LLM][ERROR] Encountered an error in forwardAsync function: [TensorRT-LLM][ERROR] Assertion failed: mFreePrimaryBlocks list has no GPU blocks (/code/tensorrt_llm/batch_manager/kvCacheManager.cpp:340)",
        "[TensorRT-LLM][ERROR] Assertion failed: Can't remove link from block (id=1187) that is not allocated (/src/tensorrt_llm/cpp/tensorrt_llm/batch_manager/kvCacheManager.cpp:271)",
    ),
    near_misses=(
        "[TensorRT-LLM][ERROR] Assertion failed: Impossible to fit any sequence (/src/kvCacheManager.cpp:20)",
        "[TensorRT-LLM][ERROR] Assertion failed: default_max_tokens leaves no block for token 9611 (/src/kvCacheManager.cpp:20)",
        "[TensorRT-LLM][ERROR] Assertion failed: maxTokens must be set (/src/kvCacheManager.cpp:20)",
        "[TensorRT-LLM][INFO] kvCacheManager.cpp:20 has 12 blocks",
        "INFO there are free blocks from the pool",
    ),
)
