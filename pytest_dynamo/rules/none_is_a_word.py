# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The word None in YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _schema, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN508",
    "none-is-a-word",
    level="warning",
    since="0.1",
    strikes="parse",
    text="Input should be a valid dictionary or object to extract fields from [type=model_type]",
    source="YAML knows null and ~; an upstream test file of TensorRT-LLM has cuda_graph_config "
    "None",
    bad="""
    engine_configs: {agg: {cuda_graph_config: None}}
    """,
    good="""
    engine_configs: {agg: {cuda_graph_config: null}}
    """,
)
def none_is_a_word(case: Case) -> Iterator[Flag]:
    """None where null is meant.

    Why: YAML reads None as the text "None". Sections refuse it, and a text value is taken for a
    name.

    Remedy: null, or nothing after the colon; for cuda_graph_config that turns graphs off.
    """
    if case.topology.engine == "vllm":
        return  # its parser takes the word for null
    for worker in case.workers:
        if worker.file is None:
            continue
        for path, value in _schema.walk(worker.data):
            if value == "None":
                yield Flag(
                    worker.where(path) if not worker.prefix else worker.file.where(path),
                    f"{_schema.dotted(path)} is the text 'None' ({worker.name})",
                    f"{path[-1]}: null",
                )
