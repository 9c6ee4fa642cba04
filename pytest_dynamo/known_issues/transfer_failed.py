# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The transfer of a KV cache has failed.

Why: The line does not say why; NIXL or UCX do, on either side.

Remedy: Look for the lines of NIXL or UCX of both roles before it.

Source: TensorRT-LLM, `_torch/pyexecutor` and `cache_transmission/agent_utils`
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI607",
    "transfer-failed",
    role="symptom",
    fault="infrastructure",
    engine="trtllm",
    texts=(
        "Disagg KV cache transfer error",
        "Error in kv cache transfer",
        "Transfer failed with state",
        "request(s) due to KV load failure",
        "Exception in CacheSender response: NIXL_ERR_",
        "Exception in DataRequester for request ",
        "Exception in sendResponse for request ",
        "Error occurred during context transfer for request ",
        "Error occurred during generation transfer for request ",
        "Assertion failed: AgentConnection::send failed",
        "KV cache transfer failed for request ",
        "Unknown error occurred during ",
        "Future returned unexpected status for request",
        "transfer FAILED rank=",
        "Exception in sendAndRemoveResponse",
        "Decode transfer failed for request",
        "Mooncake transfer failed, ret",
    ),
    pattern=r"Error occurred during (?:context|generation) transfer for request \d+: (?:Endpoint timeout|NIXL_ERR_|Destination is unreachable)|Disagg KV cache transfer error|Error in kv cache transfer|Failing \d+ request\(s\) due to KV load failure|Exception in (?:CacheSender response|DataRequester for request \d+|sendResponse for request \d+): (?:NIXL_ERR_|Destination is unreachable)|Error: \(?'?Transfer failed with state|Assertion failed: AgentConnection::send failed|KV cache transfer failed for request \d|Unknown error occurred during (?:context|generation) transfer|Future returned unexpected status for request|Disagg (?:gen|ctx) transfer FAILED rank=|Exception in sendAndRemoveResponse|Decode transfer failed for request|Mooncake transfer failed, ret",
    phase="serving",
    between_roles=True,
    noticed=True,
    samples=(
        "5: [TensorRT-LLM][ERROR] Error occurred during context transfer for request 2049: Endpoint timeout",
        "[TensorRT-LLM][ERROR] Error occurred during generation transfer for request 7: NIXL_ERR_NOT_FOUND",
        "[TensorRT-LLM][ERROR][RANK 6] Exception in DataRequester for request 2114: NIXL_ERR_NOT_FOUND",
        " 0: [11/21/2026-09:19:49] [TRT-LLM] [E] Disagg KV cache transfer error.",
        "[11/21/2026-09:19:49] [TRT-LLM] [RANK 6] [E] Error in kv cache transfer for generation requests",
        "[TensorRT-LLM][ERROR][RANK 6] Exception in CacheSender response: NIXL_ERR_NOT_FOUND",
        "[TensorRT-LLM][ERROR][RANK 6] Exception in sendResponse for request 19: Destination is unreachable",
        "(EngineCore pid=7) ERROR 08-14 21:36:56 [scheduler.py:2210] Failing 1 request(s) due to KV load failure (failure_policy=fail, 996 tokens affected). Request IDs: {'a'}",
        "[TensorRT-LLM][ERROR] Assertion failed: AgentConnection::send failed (/src/executor/cache_transmission/agent_utils/connection.cpp:140)",
        "RuntimeError: ('Transfer failed with state %s', 'ERR')",
        "tensorrt_llm::common::RequestSpecificException: Generation KV cache transfer failed for request 8123",
        "[TensorRT-LLM][ERROR] Unknown error occurred during generation transfer for request 41",
        "6: [TensorRT-LLM][ERROR] Future returned unexpected status for request 70368744177666. Marking as error",
        "[07/14/2026-02:31:55] [TRT-LLM] [RANK 5] [W] Disagg gen transfer FAILED rank=5 rids=[281474976710702] gen_need_sync=True",
        "[TensorRT-LLM][ERROR] Exception in sendAndRemoveResponse: Broken pipe ",
        "[2026-02-27 15:01:51 TP5] Decode transfer failed for request rank=5 decode_req.req.rid='63b1b22dad53465b92560ebdda56d075' with exception KVTransferError(bootstrap_room=6593551520068383758): Failed to get kvcache from prefill instance, it might be dead",
        "Failed to transfer KV cache for request chatcmpl-7817d6df-206c-4aca-bfac-c43df205506f: Mooncake transfer failed, ret: -1",
    ),
    near_misses=(
        # the worker may compute the request here
        "(Worker_TP1 pid=2749) ERROR 08-02 19:43:44 [worker.py:767] NIXL transfer failure: handshake_failed | Context: {'failure_type': 'handshake_failed', 'request_id': 'cmpl-7'}",
        "[TensorRT-LLM][ERROR] Error occurred during context transfer for request 4411: std::future_error: Broken promise",
        "KV cache transfer done",
        "WARNING 09-07 11:27:02 [nixl_connector.py:1098] Transfer failed with state ERR, request 4 is computed here",
    ),
)
