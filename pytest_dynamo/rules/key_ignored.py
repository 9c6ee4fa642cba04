# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Keys of sections that the release drops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _schema, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN505",
    "key-ignored",
    level="warning",
    since="0.1",
    strikes="silent",
    source="the sections of TensorRT-LLM up to 1.0.0rc4 are plain classes that take any key; at "
    "cd2f9fa kv_cache_config.dtype gives no error and no FP8 cache",
    bad="""
    versions: {dynamo: 0.3.2, trtllm: cd2f9fa62f1c}
    engine_configs: {agg: {kv_cache_config: {dtype: fp8}}}
    """,
    good="""
    versions: {dynamo: 0.3.2, trtllm: cd2f9fa62f1c}
    engine_configs: {agg: {kv_cache_dtype: fp8}}
    """,
)
def key_ignored(case: Case) -> Iterator[Flag]:
    """A key of a section that this release takes without a word and does not use.

    Why: what was asked for silently does not happen: no FP8 cache, no transfer buffer.

    Remedy: the spelling that this release uses.
    """
    version = None if case.release is None else case.release.version
    if version is None or _schema.refuses_nested(version) is not False:
        return
    for worker in case.pytorch:
        for path, value in _schema.walk(worker.data):
            key = _schema.dotted(path)
            found = _schema.verdict(key, version)
            if len(path) == 1 or found.state != "early" or found.span is None:
                continue
            if _schema.verdict(str(path[0]), version).state == "early":
                continue  # the whole section is told of by key-not-yet
            old = _schema.former(key, version)
            yield Flag(
                worker.where(path),
                f"TensorRT-LLM {case.release} takes {key} without a word and does not use it; it "
                f"is known from {found.span.since} on ({worker.name})",
                f"{old}: {_schema.shown(value)}" if old else f"TensorRT-LLM {found.span.since}",
            )
