# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The cache's blocks on both sides of a transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN306",
    "block-size-differs",
    level="error",
    since="0.1",
    strikes="first request",
    text="Disagg server does not currently support these cacheState, please check the cacheState "
    "of the context and gen executors",
    source="CacheFormatter::inquireSupport of TensorRT-LLM; 0 of 423 public pairs differ",
    bad="""
    engine_configs:
      prefill: {kv_cache_config: {tokens_per_block: 64}}
      decode: {kv_cache_config: {tokens_per_block: 32}}
    """,
    good="""
    engine_configs:
      prefill: {kv_cache_config: {tokens_per_block: 64}}
      decode: {kv_cache_config: {tokens_per_block: 64}}
    """,
)
def block_size_differs(case: Case) -> Iterator[Flag]:
    """Prefill and decode whose cache blocks hold different numbers of tokens.

    Why: caches are handed over block by block.

    Remedy: the same kv_cache_config.tokens_per_block on both sides; 32 where it is not given.
    """
    if case.pair is None:
        return
    prefill, decode = case.pair
    if prefill.block_size == decode.block_size:
        return
    side = decode if decode.given("block_size") is not None else prefill
    found = side.given("block_size")
    yield Flag(
        side.where(found.path if found else ()),
        f"a cache block has {prefill.block_size} tokens on prefill ({prefill.where()}) and "
        f"{decode.block_size} on decode",
        f"tokens_per_block: {max(prefill.block_size, decode.block_size)} on both sides",
    )
