# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The runtime that sends the cache, on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN309",
    "transceiver-runtime-differs",
    level="warning",
    since="0.1",
    strikes="first request",
    source="CacheTransceiverConfig of TensorRT-LLM 1.3: CPP or PYTHON; no public pair mixes them",
    bad="""
    versions: {trtllm: 1.3.0rc24}
    engine_configs:
      prefill: {cache_transceiver_config: {backend: NIXL, transceiver_runtime: PYTHON}}
      decode: {cache_transceiver_config: {backend: NIXL, transceiver_runtime: CPP}}
    """,
    good="""
    versions: {trtllm: 1.3.0rc24}
    engine_configs:
      prefill: {cache_transceiver_config: {backend: NIXL, transceiver_runtime: PYTHON}}
      decode: {cache_transceiver_config: {backend: NIXL, transceiver_runtime: PYTHON}}
    """,
)
def transceiver_runtime_differs(case: Case) -> Iterator[Flag]:
    """Prefill and decode that send the cache by different runtimes.

    Why: the two speak different protocols over the same transport; nobody publishes a mixed pair.

    Remedy: the same transceiver_runtime on both sides.
    """
    if case.pair is None:
        return
    first, second = (item.word("transceiver_runtime") for item in case.pair)
    if first is not None and second is not None and first.value.upper() != second.value.upper():
        yield Flag(
            case.pair[1].where(second.path),
            f"transceiver_runtime is {first.value} on prefill, {second.value} on decode",
            "the same on both sides",
        )
