# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Numbers against the range of their key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _schema, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDLESS = float("inf")
_HUNDRED = 100
_RANGES: dict[tuple[str, ...], tuple[float, float]] = {
    ("kv_cache_config", "free_gpu_memory_fraction"): (0, 1),
    ("batch_wait_max_tokens_ratio",): (0, 1),
    ("stream_interval",): (1, _ENDLESS),
    ("tensor_parallel_size",): (1, _ENDLESS),
    ("pipeline_parallel_size",): (1, _ENDLESS),
    ("context_parallel_size",): (1, _ENDLESS),
    ("max_batch_size",): (1, _ENDLESS),
    ("max_num_tokens",): (1, _ENDLESS),
    ("max_seq_len",): (1, _ENDLESS),
    ("cuda_graph_config", "max_batch_size"): (0, _ENDLESS),
    ("attention_dp_config", "batching_wait_iters"): (0, _ENDLESS),
    ("attention_dp_config", "timeout_iters"): (0, _ENDLESS),
    ("batch_wait_timeout_ms",): (0, _ENDLESS),
    ("batch_wait_timeout_iters",): (0, _ENDLESS),
    ("num_serve_frontends",): (1, 64),
}


@rule(
    "DYN510",
    "value-out-of-range",
    level="error",
    since="0.1",
    strikes="parse",
    text="stream_interval must be positive",
    source="the validators of TensorRT-LLM's LlmArgs and KvCacheConfig",
    bad="""
    engine_configs: {agg: {kv_cache_config: {free_gpu_memory_fraction: 85}}}
    """,
    good="""
    engine_configs: {agg: {kv_cache_config: {free_gpu_memory_fraction: 0.85}}}
    """,
)
def value_out_of_range(case: Case) -> Iterator[Flag]:
    """A number outside what its key can be.

    Why: the engine refuses it, or asserts it while it allocates the cache.

    Remedy: a number in the range.
    """
    for worker in case.pytorch:
        for path, (low, high) in _RANGES.items():
            value = worker.raw(path)
            if isinstance(value, bool) or not isinstance(value, int | float):
                continue
            if not low <= value <= high:
                per_cent = high == 1 and 1 < value <= _HUNDRED
                meant = value / _HUNDRED if per_cent else max(low, min(value, high))
                words = f"at least {low:g}" if high == _ENDLESS else f"from {low:g} to {high:g}"
                yield Flag(
                    worker.where(path),
                    f"{_schema.dotted(path)} is {value}, it must be {words} ({worker.name})",
                    f"{path[-1]}: {meant:g}",
                )
