# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A full batch of long sequences against the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _memory, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN210",
    "full-batch-exceeds-cache",
    level="warning",
    since="0.1",
    strikes="under load",
    source="10 of 660 public DeepSeek-R1 workers exceed it, so it is legal: requests wait or are "
    "evicted",
    bad="""
    model: {path: nvidia/Llama-3.1-405B-Instruct-FP4, served_name: llama}
    hardware: {gpu: B200, gpus_per_node: 8}
    engine_configs:
      agg:
        tensor_parallel_size: 4
        max_batch_size: 256
        max_num_tokens: 8192
        max_seq_len: 20192
        kv_cache_config: {dtype: fp8}
    """,
    good="""
    model: {path: nvidia/Llama-3.1-405B-Instruct-FP4, served_name: llama}
    hardware: {gpu: B200, gpus_per_node: 8}
    engine_configs:
      agg:
        tensor_parallel_size: 4
        max_batch_size: 64
        max_num_tokens: 8192
        max_seq_len: 20192
        kv_cache_config: {dtype: fp8}
    """,
)
def full_batch_exceeds_cache(case: Case) -> Iterator[Flag]:
    """A full batch of the longest sequences that the cache does not hold.

    Why: requests then wait, or lose their cache and are computed again. It matters when the load
    really has so many long requests at once.

    Remedy: none is needed where requests are shorter; otherwise a smaller max_batch_size or more
    cache.
    """
    for worker in case.pytorch:
        memory = _memory.of(case, worker)
        batch, limit = worker.whole("max_batch_size"), worker.whole("max_seq_len")
        if memory is None or memory.tokens is None or batch is None or limit is None:
            continue
        length, words = limit.value, "max_seq_len"
        load = case.topology.workload
        if load is not None and load.isl and load.osl and load.isl + load.osl < length:
            length, words = load.isl + load.osl, "isl + osl"
        if limit.value <= memory.tokens < (needed := batch.value * length):
            yield Flag(
                worker.where(batch.path),
                f"max_batch_size {batch.value} x {words} {length} = {needed} tokens, the cache of "
                f"a rank has about {memory.tokens} ({worker.name})",
                f"max_batch_size: {memory.tokens // length}, where so many come at once",
            )
