# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Keys that no release of the engine knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _schema, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN501",
    "unknown-key",
    level="error",
    since="0.1",
    strikes="parse",
    text="Extra inputs are not permitted [type=extra_forbidden]",
    source="the release schemas of TensorRT-LLM 0.21.0, 1.0.0, 1.1.0 and 1.2.1. Beyond them keys "
    "come with every candidate, so an unknown one is a warning there",
    bad="""
    engine_configs: {agg: {kv_cache_free_gpu_memory_fraction: 0.8}}
    """,
    good="""
    engine_configs: {agg: {kv_cache_config: {free_gpu_memory_fraction: 0.8}}}
    """,
)
def unknown_key(case: Case) -> Iterator[Flag]:
    """A key that the engine's schema does not have.

    Why: from 0.21 on unknown keys are refused at the top level, from 1.0 on in the sections too;
    before, a mistyped key of a section is dropped without a word and its default is used.

    Remedy: the spelling of a key that is meant, or leave it out.
    """
    version = None if case.release is None else case.release.version
    for worker in case.pytorch:
        for path, _ in _schema.walk(worker.data):
            key = _schema.dotted(path)
            if key in _schema.schema().keys or not _schema.is_enumerated(path):
                continue
            if _schema.is_of_wrapper(key, version):
                continue
            near = _schema.near(path)
            sure = version is not None and _schema.is_refused_unknown(path, version)
            said = "" if version is None else f" TensorRT-LLM {case.release}"
            yield Flag(
                worker.where(path),
                f"{key} is no key of{said or ' any known release'} ({worker.name})",
                f"{near}?" if near else "leave it out, or give the release that has it",
                None if sure else "warning",
            )
