# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The transfer buffer against the longest prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN302",
    "buffer-below-prompt",
    level="error",
    since="0.1",
    strikes="first request",
    text="CacheTransceiver getOrAllocateBuffers: bufferCoverTargetNum:0 < targetNum:1, may use "
    "dynamic buffer which will fail with NIXL backend",
    source="Dynamo PR #5523 and #4327, TensorRT-LLM PR #11082; UCX copes: an upstream test has "
    "2048 for prompts of 256000. 0 of 810 public workers break it. DEFAULT was UCX until 1.2.0rc3",
    bad="""
    workload: {isl: 8192, osl: 512}
    engine_configs:
      prefill: {cache_transceiver_config: {backend: NIXL, max_tokens_in_buffer: 4096}}
      decode: {cache_transceiver_config: {backend: NIXL, max_tokens_in_buffer: 8192}}
    """,
    good="""
    workload: {isl: 8192, osl: 512}
    engine_configs:
      prefill: {cache_transceiver_config: {backend: NIXL, max_tokens_in_buffer: 8192}}
      decode: {cache_transceiver_config: {backend: NIXL, max_tokens_in_buffer: 8192}}
    """,
)
def buffer_below_prompt(case: Case) -> Iterator[Flag]:
    """A transfer buffer smaller than the longest prompt.

    Why: the cache of a prompt is sent through it. NIXL cannot register another one on the way and
    the transfer fails; UCX sends in parts, slower.

    Remedy: max_tokens_in_buffer at least the longest prompt, rounded up to whole blocks.
    """
    longest = case.longest_prompt
    if longest is None or case.pair is None:
        return
    for worker in case.pair:
        buffer, backend = worker.whole("buffer"), worker.word("transceiver_backend")
        if buffer is None or buffer.value >= longest.value:
            continue
        name = backend.value.upper() if backend else ""
        nixl = name == "NIXL" or (name == "DEFAULT" and bool(case.at_least("1.2.0rc3")))
        up = -(-longest.value // worker.block_size) * worker.block_size
        yield Flag(
            worker.where(buffer.path),
            f"{buffer.key} {buffer.value} for prompts of {longest.value} tokens ({longest.key}; "
            f"{worker.name}, backend {name or 'not given'})",
            f"{buffer.path[-1]}: {up}",
            None if nixl and not worker.python_transceiver else "warning",
        )
