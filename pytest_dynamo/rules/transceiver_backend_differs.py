# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The transport of the cache on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN308",
    "transceiver-backend-differs",
    level="error",
    since="0.1",
    strikes="first request",
    source="the connection managers of TensorRT-LLM: UCX, NIXL and MPI have addresses of "
    "different kinds; DEFAULT is chosen by the environment and may be any of them",
    bad="""
    engine_configs:
      prefill: {cache_transceiver_config: {backend: UCX}}
      decode: {cache_transceiver_config: {backend: NIXL}}
    """,
    good="""
    engine_configs:
      prefill: {cache_transceiver_config: {backend: NIXL}}
      decode: {cache_transceiver_config: {backend: NIXL}}
    """,
)
def transceiver_backend_differs(case: Case) -> Iterator[Flag]:
    """Prefill and decode that send the cache by different transports.

    Why: each side offers an address of its own kind, which the other cannot connect to.

    Remedy: the same cache_transceiver_config.backend on both sides.
    """
    if case.pair is None:
        return
    prefill, decode = case.pair
    first, second = (item.word("transceiver_backend") for item in case.pair)
    if first is None or second is None:
        return
    names = first.value.upper(), second.value.upper()
    if names[0] != names[1] and "DEFAULT" not in names:
        yield Flag(
            decode.where(second.path),
            f"the cache goes by {names[0]} on prefill ({prefill.where(first.path)}), by {names[1]} "
            "on decode",
            f"backend: {names[0]} on both sides",
        )
