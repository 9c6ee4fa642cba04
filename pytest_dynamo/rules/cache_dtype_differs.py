# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The cache's type on both sides of a transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN305",
    "cache-dtype-differs",
    level="error",
    since="0.1",
    strikes="first request",
    text="Disagg server does not currently support these cacheState, please check the cacheState "
    "of the context and gen executors",
    source="CacheFormatter::inquireSupport of TensorRT-LLM, PR #17559; 0 of 423 public pairs "
    "differ",
    bad="""
    engine_configs:
      prefill: {kv_cache_config: {dtype: fp8}}
      decode: {kv_cache_config: {dtype: auto}}
    """,
    good="""
    engine_configs:
      prefill: {kv_cache_config: {dtype: fp8}}
      decode: {kv_cache_config: {dtype: fp8}}
    """,
)
def cache_dtype_differs(case: Case) -> Iterator[Flag]:
    """Prefill and decode whose caches have different types.

    Why: blocks are copied as they are; the first request that is handed over fails, and the message
    shows neither type. ``auto`` is what the checkpoint says, so it may be meant the same.

    Remedy: the same kv_cache_config.dtype on both sides.
    """
    if case.pair is None:
        return
    prefill, decode = case.pair
    first, second = prefill.kv_dtype, decode.kv_dtype
    if first == second:
        return
    shape = case.model
    told = "auto" not in (first, second)
    plain = (
        shape is not None
        and shape.attention is not None
        and shape.checkpoint_bytes is not None
        # the others may say the type of the cache too
        and shape.quantization in (None, "FP8_BLOCK_SCALES")
    )
    side = decode if decode.given("kv_dtype") is not None else prefill
    found = side.given("kv_dtype")
    yield Flag(
        side.where(found.path if found else ()),
        f"the cache is {first} on prefill ({prefill.where()}) and {second} on decode",
        f"dtype: {first if first != 'auto' else second} on both sides",
        None if told or plain else "warning",
    )
