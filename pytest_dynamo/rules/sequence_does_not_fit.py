# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""One sequence against the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _memory, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN208",
    "sequence-does-not-fit",
    level="error",
    since="0.1",
    strikes="load",
    text="Impossible to fit in any sequence in kvCache",
    source="the cache manager of TensorRT-LLM; arithmetic checked on 660 public DeepSeek-R1 "
    "workers: 0 fire",
    bad="""
    model: {path: nvidia/Llama-3.1-405B-Instruct-FP4, served_name: llama}
    hardware: {gpu: B200, gpus_per_node: 8}
    engine_configs:
      agg:
        tensor_parallel_size: 2
        max_seq_len: 131072
        kv_cache_config: {free_gpu_memory_fraction: 0.1}
    """,
    good="""
    model: {path: nvidia/Llama-3.1-405B-Instruct-FP4, served_name: llama}
    hardware: {gpu: B200, gpus_per_node: 8}
    engine_configs:
      agg:
        tensor_parallel_size: 2
        max_seq_len: 131072
        kv_cache_config: {free_gpu_memory_fraction: 0.9, dtype: fp8}
    """,
)
def sequence_does_not_fit(case: Case) -> Iterator[Flag]:
    """A cache that does not hold a single sequence of max_seq_len.

    Why: the cache gets free_gpu_memory_fraction of what the weights leave, not of the whole GPU.
    MLA caches are not divided by tp.

    Remedy: a larger fraction, an fp8 cache, a shorter max_seq_len, or more GPUs for the weights.
    """
    for worker in case.pytorch:
        memory, limit = _memory.of(case, worker), worker.whole("max_seq_len")
        if memory is None or memory.tokens is None or limit is None:
            continue
        if memory.total < memory.weights + _memory.RESERVE_BYTES:
            continue  # weights-exceed-gpu tells of it
        if memory.tokens < limit.value:
            yield Flag(
                worker.where(limit.path),
                f"the cache of a rank has at most {memory.pool / 1e9:.1f} GB = {memory.tokens} "
                f"tokens of {memory.token} bytes, max_seq_len is {limit.value} ({worker.name})",
                f"max_seq_len: {memory.tokens}, or free_gpu_memory_fraction nearer to 0.9",
            )
