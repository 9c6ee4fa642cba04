# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Keys that no release knows together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _schema, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN506",
    "no-release-accepts",
    level="error",
    since="0.1",
    strikes="parse",
    text="Extra inputs are not permitted [type=extra_forbidden]",
    source="the windows of all keys of the file",
    bad="""
    versions: {trtllm: null}
    engine_configs: {agg: {use_cuda_graph: true, cuda_graph_config: {}}}
    """,
    good="""
    versions: {trtllm: null}
    engine_configs: {agg: {cuda_graph_config: {}}}
    """,
)
def no_release_accepts(case: Case) -> Iterator[Flag]:
    """An engine file whose keys belong to releases that exclude each other.

    Why: whichever release the image has refuses some of them.

    Remedy: write all keys for one release, and state it as versions.trtllm.
    """
    if case.release is not None:
        return
    for worker in case.pytorch:
        if _schema.accepting(worker.data):
            continue
        keys = [_schema.dotted(path) for path, _ in _schema.walk(worker.data)]
        old = next((key for key in keys if _schema.is_gone_somewhere(key)), "")
        new = next((key for key in reversed(keys) if _schema.is_early_somewhere(key)), "")
        yield Flag(
            worker.where(tuple(old.split("."))),
            f"no release takes both {old} and {new} ({worker.name})",
            "write all keys for one release, and state versions.trtllm",
        )
