# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Keys that the release knows by another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _schema, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN502",
    "key-renamed",
    level="error",
    since="0.1",
    strikes="parse",
    text="Extra inputs are not permitted [type=extra_forbidden]",
    source="TensorRT-LLM PRs #4603, #5234 and #18901; Dynamo #2217, #2278 and #2930. NVIDIA's own "
    "pages carried two of the old names until September 2026",
    bad="""
    engine_configs: {agg: {use_cuda_graph: true, cuda_graph_batch_sizes: [1, 2, 4]}}
    """,
    good="""
    engine_configs: {agg: {cuda_graph_config: {batch_sizes: [1, 2, 4]}}}
    """,
)
def key_renamed(case: Case) -> Iterator[Flag]:
    """A key of an older release whose value has moved.

    Why: the engine refuses it, or drops it where sections take any key; either way the value is
    lost.

    Remedy: write the value where it lives now; versions.trtllm says which release that is.
    """
    version = None if case.release is None else case.release.version
    if version is None:
        return
    for worker in case.pytorch:
        era = _schema.written_for(worker.data)
        words = f"written for {era}, this is" if era else "this is"
        for path, value in _schema.walk(worker.data):
            key = _schema.dotted(path)
            found = _schema.verdict(key, version)
            span = found.span
            if span is None or span.to is None or not found.state.endswith("gone"):
                continue
            if key == "pytorch_backend_config" and value:
                continue  # each of its keys is told
            refused = _schema.refuses(key, version) or span.breaking
            sure = refused and _schema.is_certain(key, found, version)
            yield Flag(
                worker.where(path),
                f"{words} TensorRT-LLM {case.release}: {key} is {span.to} "
                f"({worker.name})",
                _schema.moved(key, span.to, value),
                None if sure else "warning",
            )
