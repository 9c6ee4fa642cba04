# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Prefill or decode has lost track of a transfer, or of a block that it was to send.

Why: Two transfers of one request race in the transceiver, a block is evicted before it is sent, or a
transfer ends after its request was aborted.

Remedy: Upgrade the engine.

Source: Dynamo issues 6408 and 6734; vLLM, `v1/core/sched/scheduler.py`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI604",
    "transfer-state-lost",
    role="root",
    fault="product",
    engine="trtllm",
    texts=(
        "Assertion failed: emplaceDone",
        "buffer pool poisoned",
        " cache transfer buffer kind=",
        "Error occurred during ",
        "requested block in the reuse tree",
        "assert req_id in self.requests",
        "Exception in CacheSender",
        "mRequestToSession.find(",
        "self._free_blocks(self.requests[req_id])",
        "del self._reqs_to_send[req_id]",
        "self._reqs_to_process.remove(req_id)",
        "it != mRequestToSession",
        "mReadyResponses.find(",
        "Assertion failed: count >= 0",
        "std::future_error",
        "storeContextBlocks: Can not find sequence",
        "is already in mRequestFutures",
        "it != mReadyResponses.end()",
    ),
    # the manager of the KV cache says the first of a sequence that was added twice
    pattern=r"Assertion failed: emplaceDone(?!.*kvCacheManager\.(?:cpp|h))|buffer pool poisoned|\bPoisoned \w+ cache transfer buffer kind=|Error occurred during (?:generation|context) transfer for request \d+: \S*(?:map|vector|_M_)\S*|Exception in CacheSender.*(?:Broken promise|Assertion failed: mRequestToSession\.find\()|Couldn't find the requested block in the reuse tree|^\(EngineCore\w* pid=.*assert req_id in self\.requests|\[(?:core|multiproc_executor)\.py:\d+\]\s+(?:self\._free_blocks\(self\.requests\[req_id\]\)|del self\._reqs_to_send\[req_id\]|self\._reqs_to_process\.remove\(req_id\))|Assertion failed: (?:it != mRequestToSession|mReadyResponses\.find\(|count >= 0 \(\S*dataTransceiver)|transfer for request \d+: std::future_error|storeContextBlocks: Can not find sequence for request|is already in mRequestFutures|it != mReadyResponses\.end\(\)",
    phase="serving",
    between_roles=True,
    noticed=True,
    samples=(
        "(Worker_TP0 pid=7) ERROR 03-27 19:15:42 [multiproc_executor.py:1007]     self._reqs_to_process.remove(req_id)",
        "[TensorRT-LLM][ERROR][RANK 3] Exception in CacheSender response: [TensorRT-LLM][ERROR] Assertion failed: mRequestToSession.find(reqId) != mRequestToSession.end() (/src/batch_manager/dataTransceiver.cpp:404)",
        "[TensorRT-LLM][ERROR][RANK 4] Exception in CacheSender response: std::future_error: Broken promise",
        "(EngineCore_DP0 pid=7) ERROR 11-21 09:19:49 [core.py:1244]     assert req_id in self.requests",
        " 0: [TensorRT-LLM][ERROR] Assertion failed: emplaceDone (/src/tensorrt_llm/batch_manager/dataTransceiver.cpp:512)",
        "[TensorRT-LLM][ERROR][RANK 6] Cannot assign cache transfer buffer kind=kv because a previous transfer left the buffer pool poisoned.",
        "[TensorRT-LLM][ERROR] Poisoned receive cache transfer buffer kind=kv",
        "[TensorRT-LLM][ERROR][RANK 17] Error occurred during generation transfer for request 80455: unordered_map::at",
        "[TensorRT-LLM][ERROR] Exception in CacheSender response: [TensorRT-LLM][ERROR] Assertion failed: Couldn't find the requested block in the reuse tree (/src/tensorrt_llm/batch_manager/kvCacheUtils.h:84)",
        "(EngineCore_DP0 pid=7) ERROR 09-24 16:35:21 [core.py:710]     self._free_blocks(self.requests[req_id])",
        "(Worker_TP0 pid=7) ERROR 03-27 19:15:42 [multiproc_executor.py:1009]     del self._reqs_to_send[req_id]",
        "[TensorRT-LLM][ERROR] Exception in CacheSender response: [TensorRT-LLM][ERROR] Assertion failed: it != mRequestToSession.end() (/code/tensorrt_llm/cpp/tensorrt_llm/batch_manager/dataTransceiver.cpp:412)",
        "[TensorRT-LLM][ERROR] Error occurred during generation transfer for request 4113: std::future_error: Broken promise",
        "3: [TensorRT-LLM][WARNING] [kv cache manager] storeContextBlocks: Can not find sequence for request 8841",
        "RuntimeError: [TensorRT-LLM][ERROR] Assertion failed: mReadyResponses.find(reqId) != mReadyResponses.end() (/workspace/TensorRT-LLM/cpp/tensorrt_llm/batch_manager/dataTransceiver.cpp:689)",
        "[TensorRT-LLM][ERROR] Exception in CacheSender response: [TensorRT-LLM][ERROR] Assertion failed: count >= 0 (/code/tensorrt_llm/batch_manager/dataTransceiver.cpp:534)",
        "[TensorRT-LLM][WARNING] Request ID 2049 is already in mRequestFutures.",
        "[TensorRT-LLM][ERROR] Exception in CacheSender response: [TensorRT-LLM][ERROR] Assertion failed: it != mReadyResponses.end() (/src/tensorrt_llm/cpp/tensorrt_llm/batch_manager/dataTransceiver.cpp:571)",
    ),
    near_misses=(
        "    assert req_id in self.requests",
        "emplaceDone: true",
        "[TensorRT-LLM][INFO] Allocated receive cache transfer buffer kind=kv",
        "[TensorRT-LLM][ERROR] Assertion failed: emplaceDone (/src/tensorrt_llm/batch_manager/kvCacheManager.cpp:2104)",
    ),
)
