# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The release of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _schema, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN507",
    "engine-version-unknown",
    level="info",
    since="0.1",
    strikes="silent",
    source="an image's tag, a build's commit or versions.trtllm say it; without it only what is "
    "wrong in every release is told",
    bad="""
    versions: {trtllm: null}
    engine_configs: {agg: {kv_cache_config: {dtype: fp8}}}
    """,
    good="""
    versions: {trtllm: 1.1.0}
    engine_configs: {agg: {kv_cache_config: {dtype: fp8}}}
    """,
)
def engine_version_unknown(case: Case) -> Iterator[Flag]:
    """A release of TensorRT-LLM that is not stated, or that nobody knows.

    Why: keys, spellings and several limits differ between releases.

    Remedy: versions.trtllm as a release or a known commit, or an image called after its release.
    """
    if case.release is not None or case.topology.engine != "trtllm":
        return
    asked = case.topology.versions.trtllm
    words = "is not stated" if asked is None else f"{asked!r} is no known release or commit"
    for worker in case.pytorch:
        taken = _schema.span_of_releases(_schema.accepting(worker.data))
        yield Flag(
            worker.where() if asked is None else ("versions", "trtllm"),
            f"the release of TensorRT-LLM {words}; {taken} take the keys of {worker.name}",
            "versions.trtllm: the release in the image",
        )
