# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Keys that only later releases know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _schema, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.findings import Level


@rule(
    "DYN504",
    "key-not-yet",
    level="error",
    since="0.1",
    strikes="parse",
    text="Extra inputs are not permitted [type=extra_forbidden]",
    source="the release schemas of TensorRT-LLM; kv_cache_config.tokens_per_block is refused by "
    "1.0.0 although everything later takes it",
    bad="""
    versions: {dynamo: 0.4.1, trtllm: 1.0.0}
    engine_configs: {agg: {kv_cache_config: {tokens_per_block: 32}}}
    """,
    good="""
    versions: {dynamo: 0.6.0, trtllm: 1.1.0}
    engine_configs: {agg: {kv_cache_config: {tokens_per_block: 32}}}
    """,
)
def key_not_yet(case: Case) -> Iterator[Flag]:
    """A key that the release does not know yet.

    Why: the engine refuses it while it reads its configuration. It is a warning where no release
    whose whole schema is known lies between: a candidate's name is also that of the builds on the
    way to the next one, and two public Llama 4 files with the pin 1.0.0rc0 need such a build.

    Remedy: the older spelling where there is one, or a newer release.
    """
    version = None if case.release is None else case.release.version
    if version is None:
        return
    for worker in case.pytorch:
        for path, _ in _schema.walk(worker.data):
            key = _schema.dotted(path)
            found = _schema.verdict(key, version)
            span = found.span
            if span is None or not found.state.endswith("early"):
                continue
            refuses = _schema.refuses(key, version)
            if refuses is False and "." in key:
                continue  # key-ignored tells of it
            old = _schema.former(key, version)
            sure = refuses and _schema.is_certain(key, found, version)
            level: Level = "warning" if found.state == "early" else "info"
            yield Flag(
                worker.where(path),
                f"{key} is not yet a key of TensorRT-LLM {case.release}; first seen in "
                f"{span.since} ({worker.name})",
                f"{old} in this release" if old else f"TensorRT-LLM {span.since} or later",
                None if sure else level,
            )
