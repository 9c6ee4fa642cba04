# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Keys that the release has no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _schema, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN503",
    "key-removed",
    level="error",
    since="0.1",
    strikes="parse",
    text="Extra inputs are not permitted [type=extra_forbidden]",
    source="the release schemas of TensorRT-LLM; quantisation comes from the checkpoint with the "
    "PyTorch backend",
    bad="""
    engine_configs: {agg: {quant_config: {quant_algo: FP8}}}
    """,
    good="""
    engine_configs: {agg: {}}
    """,
)
def key_removed(case: Case) -> Iterator[Flag]:
    """A key of an older release that has no successor.

    Why: the engine refuses it.

    Remedy: leave it out.
    """
    version = None if case.release is None else case.release.version
    if version is None:
        return
    for worker in case.pytorch:
        for path, _ in _schema.walk(worker.data):
            key = _schema.dotted(path)
            found = _schema.verdict(key, version)
            span = found.span
            if span is None or span.to is not None or found.state not in ("gone", "maybe gone"):
                continue
            sure = _schema.is_certain(key, found, version)
            yield Flag(
                worker.where(path),
                f"{key} is gone: last known in {span.last}, this is TensorRT-LLM {case.release} "
                f"({worker.name})",
                "leave it out",
                None if sure and _schema.refuses(key, version) else "warning",
            )
