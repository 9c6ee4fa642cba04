# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The cap of the cache against the longest sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN211",
    "cache-cap-below-sequence",
    level="warning",
    since="0.1",
    strikes="load",
    text="Impossible to fit in any sequence in kvCache",
    source="KvCacheConfig.max_tokens of TensorRT-LLM; an upstream test caps it on purpose",
    bad="""
    engine_configs: {agg: {max_seq_len: 8192, kv_cache_config: {max_tokens: 4096}}}
    """,
    good="""
    engine_configs: {agg: {max_seq_len: 8192, kv_cache_config: {max_tokens: 65536}}}
    """,
)
def cache_cap_below_sequence(case: Case) -> Iterator[Flag]:
    """A cap of the cache below one sequence.

    Why: kv_cache_config.max_tokens caps the cache whatever memory there is; a request longer than
    it can never run.

    Remedy: max_tokens at least max_seq_len, or leave it out.
    """
    for worker in case.pytorch:
        cap, limit = worker.whole("kv_max_tokens"), worker.whole("max_seq_len")
        if cap is not None and limit is not None and cap.value < limit.value:
            yield Flag(
                worker.where(cap.path),
                f"{cap.key} {cap.value} is less than max_seq_len {limit.value} ({worker.name})",
                f"max_tokens: {limit.value} or more",
            )
