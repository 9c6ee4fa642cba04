# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The type of the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_KNOWN = ("auto", "fp8", "fp8_ds_mla", "nvfp4", "fp8_e4m3", "int8")


@rule(
    "DYN513",
    "cache-dtype-unknown",
    level="warning",
    since="0.1",
    strikes="parse",
    source="KvCacheConfig of TensorRT-LLM: auto, fp8, nvfp4 or the name of a torch type; float16 "
    "and bfloat16 are refused by some releases",
    bad="""
    engine_configs: {agg: {kv_cache_config: {dtype: float8}}}
    """,
    good="""
    engine_configs: {agg: {kv_cache_config: {dtype: fp8}}}
    """,
)
def cache_dtype_unknown(case: Case) -> Iterator[Flag]:
    """A type of the cache that the engine may not know.

    Why: some releases refuse it, others take it for the model's own type.

    Remedy: auto for the model's own type, fp8 for half of it.
    """
    for worker in case.pytorch:
        found = worker.word("kv_dtype")
        if found is None or found.value.lower() in _KNOWN:
            continue
        yield Flag(
            worker.where(found.path),
            f"{found.key} is {found.value!r}; every release knows auto and fp8 ({worker.name})",
            "dtype: auto" if "16" in found.value else "dtype: fp8",
        )
