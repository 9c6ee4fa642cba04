# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The transfer buffer against the cache's blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN301",
    "buffer-not-multiple-of-block",
    level="error",
    since="0.1",
    strikes="load",
    text="Assertion failed: maxNumTokens.value() % tokensPerBlock == 0 (cacheTransBuffer.cpp)",
    source="TensorRT-LLM PR #3798 (April 2025) and aiconfigurator issues 453 and 459; 0 of 822 "
    "public workers break it. MLA on Hopper has blocks of 64. It is no rule for max_seq_len: 642 "
    "of 852 public workers have another one",
    bad="""
    engine_configs:
      decode: {cache_transceiver_config: {backend: UCX, max_tokens_in_buffer: 20193}}
      prefill: {cache_transceiver_config: {backend: UCX, max_tokens_in_buffer: 20192}}
    """,
    good="""
    engine_configs:
      decode: {cache_transceiver_config: {backend: UCX, max_tokens_in_buffer: 20192}}
      prefill: {cache_transceiver_config: {backend: UCX, max_tokens_in_buffer: 20192}}
    """,
)
def buffer_not_multiple_of_block(case: Case) -> Iterator[Flag]:
    """A transfer buffer that is no whole number of cache blocks.

    Why: the assertion kills every rank of every worker while it loads. Guide 003 sizes both the
    buffer and max_seq_len as multiples of 32; only the buffer needs it.

    Remedy: round max_tokens_in_buffer up to the next multiple.
    """
    for worker in case.pytorch:
        buffer, block = worker.whole("buffer"), worker.block_size
        if buffer is None or buffer.value % block == 0:
            continue
        up = -(-buffer.value // block) * block
        yield Flag(
            worker.where(buffer.path),
            f"{buffer.key} {buffer.value} is no multiple of the {block} tokens of a cache block "
            f"({worker.name})",
            f"{buffer.path[-1]}: {up}",
            "warning" if worker.python_transceiver else None,
        )
