# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Whether the cache can be sent at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _schema, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN303",
    "transceiver-off",
    level="error",
    since="0.1",
    strikes="first request",
    text="kv_cache_transceiver is disabled, please set 'cache_transceiver_config: "
    "backend:<backend_type>` in config file for disaggregated serving",
    source="TensorRT-LLM PR #5234 (1.0.0rc4), marked as breaking; 0 of 846 public workers lack it",
    bad="""
    engine_configs:
      prefill: {cache_transceiver_config: {backend: UCX}}
      decode: {cache_transceiver_config: {backend: null}}
    """,
    good="""
    engine_configs:
      prefill: {cache_transceiver_config: {backend: UCX}}
      decode: {cache_transceiver_config: {backend: UCX}}
    """,
)
def transceiver_off(case: Case) -> Iterator[Flag]:
    """A prefill or decode worker that names no backend for sending the cache.

    Why: from 1.0.0rc4 on the transceiver is off without a backend. Everything loads, and the first
    request fails.

    Remedy: cache_transceiver_config.backend on both sides; sizes of the buffers may differ.
    """
    if case.pair is None:
        return
    known = case.at_least("1.0.0rc4")
    for worker in case.pair:
        if worker.given("transceiver_backend") is not None or known is False:
            continue
        taken = _schema.accepting(worker.data)
        newer = bool(taken) and all(_schema.at_or_after(item, "1.0.0rc4") for item in taken)
        older = bool(taken) and not any(_schema.at_or_after(item, "1.0.0rc4") for item in taken)
        if known is None and older:
            continue
        section = worker.raw(("cache_transceiver_config",))
        stated = "without a backend" if isinstance(section, dict) else "not given"
        spelling = "DEFAULT" if known is None or case.at_least("1.0.0") else "default"
        yield Flag(
            worker.where(("cache_transceiver_config",)),
            f"cache_transceiver_config is {stated} ({worker.name}), so the cache is not sent",
            f"cache_transceiver_config: {{backend: {spelling}}}",
            None if known or newer else "warning",
        )
