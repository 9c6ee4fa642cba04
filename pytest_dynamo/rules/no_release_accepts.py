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
    engine_configs: {agg: {use_cuda_graph: true, return_perf_metrics: true}}
    """,
    good="""
    versions: {trtllm: null}
    engine_configs: {agg: {cuda_graph_config: {}, return_perf_metrics: true}}
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
        if not _schema.is_of_no_release(worker.data):
            continue
        old, new = _schema.furthest_apart(worker.data)
        yield Flag(
            worker.where(tuple(old.split("."))),
            f"no release takes both {old} and {new} ({worker.name})",
            "write all keys for one release, and state versions.trtllm",
        )
