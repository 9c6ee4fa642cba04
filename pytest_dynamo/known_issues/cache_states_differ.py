# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Prefill and decode keep different KV caches.

Why: They differ in data type, block size or number of layers, MTP's included; the values are not
shown.

Remedy: Give both roles the same kv_cache_config.dtype, tokens_per_block and speculative_config.

Source: TensorRT-LLM pull request 17559
"""

from __future__ import annotations

from pytest_dynamo.known_issues import issue

ISSUE = issue(
    __doc__,
    "DKI306",
    "cache-states-differ",
    role="root",
    fault="config",
    engine="trtllm",
    texts=(
        "does not currently support these cacheState",
        "remote block size",
        "different block size",
        "compatibility hash mismatch",
        "compatibility hash of remote ",
        "KV cache dtype mismatch",
        "must be divisible by local TP",
        "different page/block size",
        "Decode TP cannot be smaller than prefill TP",
        "KV layer cache must be",
        "KV layer cache has incompatible",
        "layers must have the same block size",
        "block_len mismatch: local=",
        "::inquireSupport: selfConfig.",
        "::inquireSupport: only support",
        "::inquireSupport: incompatible total layer counts",
        "PeerRegistrar: tokens_per_block mismatch",
        "PeerRegistrar.register: peer ",
    ),
    pattern=r"does not currently support these cacheState|block size .*remote block size|(?<!groups )with different block size|compatibility hash of remote \S+ differs|compatibility hash mismatch|KV cache dtype mismatch|different page/block size|Decode TP cannot be smaller than prefill TP|(?:Remote|Local) [PD] worker KV layer cache (?:must be|has incompatible)|remote layers must have the same block size|block_len mismatch: local=|Remote TP size \d+ must be divisible by local TP|::inquireSupport: (?:only support same|selfConfig\.)|::inquireSupport: only support|::inquireSupport: incompatible|PeerRegistrar: \w+ mismatch|PeerRegistrar\.register: peer .*incompatible",
    phase="serving",
    between_roles=True,
    noticed=True,
    samples=(
        "RuntimeError: NIXL handshake rejected: compatibility hash of remote engine differs from local (5e1a90c4 != 77b02f3d)",
        " 0: RuntimeError: Disagg server does not currently support these cacheState, please check the cacheState of the context and gen executors",
        "AssertionError: Local block size 16 is not divisible by remote block size 24 or vice versa.",
        "AssertionError: Remote P worker with different block size is not supported",
        "RuntimeError: NIXL compatibility hash mismatch. Local: 3f1c, Remote: 9a2b.",
        "ValueError: KV cache dtype mismatch between prefill (fp8) and decode (auto)",
        "AssertionError: Remote TP size 4 must be divisible by local TP size 3",
        "AssertionError: Remote P worker with different page/block size is not supported self.block_size=64, remote_block_size=16",
        "AssertionError: Decode TP cannot be smaller than prefill TP",
        "AssertionError: Remote P worker KV layer cache must be of shape [2, N, local_kv_heads*tp_ratio, block_size, head_dim] and same dtype.",
        "AssertionError: Remote D worker KV layer cache has incompatible shape/dtype for the current TP ratio.",
        "AssertionError: All remote layers must have the same block size",
        "AssertionError: P>D block_len mismatch: local=32768, remote=65536, num_splits=4",
        "[TensorRT-LLM][WARNING] CacheFormatter::inquireSupport: only support same tokens per block and size per head",
        "[TensorRT-LLM][WARNING] MLACacheFormatter::inquireSupport: only support same data type",
        "ctx-1  | [TensorRT-LLM][WARNING] CacheFormatter::inquireSupport: selfConfig.getDataType() != destConfig.getDataType()",
        "[TensorRT-LLM][WARNING] CacheFormatter::inquireSupport: only support equal number of heads per layer",
        "[TensorRT-LLM][WARNING] CacheFormatter::inquireSupport: incompatible total layer counts: self=61, dest=62",
        "[02/19/2026-03:14:07] [TRT-LLM] [RANK 2] [W] PeerRegistrar: tokens_per_block mismatch (local=32, peer=64).",
        "ValueError: PeerRegistrar.register: peer ctx_0 (rank=5) is incompatible with local rank.",
    ),
    near_misses=(
        "AssertionError: KV cache groups with different block sizes are not compatible with chunked local attention now",
        "cacheState of the context executor sent",
        "AssertionError: all KV layers must have the same block size",
    ),
)
