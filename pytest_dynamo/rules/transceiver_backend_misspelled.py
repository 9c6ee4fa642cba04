# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The spelling of the cache's transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _schema, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.findings import Level


@rule(
    "DYN512",
    "transceiver-backend-misspelled",
    level="error",
    since="0.1",
    strikes="parse",
    text="Input should be 'DEFAULT', 'UCX', 'NIXL' or 'MPI' [type=literal_error]",
    source="CacheTransceiverConfig of TensorRT-LLM: small letters from 1.0.0rc4 until about "
    "1.1.0rc1 on the main line, capitals in 1.0.0 and from 1.1.0rc5 on; Dynamo #2930 and #3311",
    bad="""
    engine_configs:
      prefill: {cache_transceiver_config: {backend: default}}
      decode: {cache_transceiver_config: {backend: default}}
    """,
    good="""
    engine_configs:
      prefill: {cache_transceiver_config: {backend: DEFAULT}}
      decode: {cache_transceiver_config: {backend: DEFAULT}}
    """,
)
def transceiver_backend_misspelled(case: Case) -> Iterator[Flag]:
    """A backend of cache_transceiver_config that the release spells otherwise.

    Why: the value is a literal, and capitals changed between candidates of one release.

    Remedy: capitals, except for the candidates 1.0.0rc4 to 1.0.0rc6.
    """
    release = case.release
    for worker in case.pytorch:
        backend = worker.word("transceiver_backend")
        if backend is None or _schema.is_placeholder(backend.value):
            continue
        known = ("DEFAULT", "UCX", "NIXL", "MPI", "MOONCAKE")
        capital = backend.value.upper()
        small = release is not None and release.between(since="1.0.0rc4", before="1.0.0rc7")
        large = release is not None and (
            release.between(since="1.0.0", before="1.1.0rc0") or release.between(since="1.1.0rc5")
        )
        wanted = capital.lower() if small else capital
        if capital in known and (backend.value == wanted or not (small or large)):
            continue
        settled = release is not None and release.between(before="1.3.0rc0")
        level: Level | None = None if capital in known or settled else "warning"
        yield Flag(
            worker.where(backend.path),
            f"{backend.key} is {backend.value!r}, "
            + (
                f"TensorRT-LLM {release} spells it {wanted!r}"
                if capital in known
                else f"known: {', '.join(known)}"
            )
            + f" ({worker.name})",
            f"backend: {wanted if capital in known else 'DEFAULT'}",
            level,
        )
