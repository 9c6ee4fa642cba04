# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Values against the type of their key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _schema, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN509",
    "value-of-wrong-type",
    level="error",
    since="0.1",
    strikes="parse",
    text="Input should be a valid integer, unable to parse string as an integer [type=int_parsing]",
    source="the release schemas of TensorRT-LLM",
    bad="""
    engine_configs: {agg: {max_batch_size: many}}
    """,
    good="""
    engine_configs: {agg: {max_batch_size: 64}}
    """,
)
def value_of_wrong_type(case: Case) -> Iterator[Flag]:
    """A value that cannot be of its key's type.

    Why: the engine refuses it while it reads its configuration. YAML 1.1 reads on and yes as true,
    and 1_000 as 1000; what was meant may be something else.

    Remedy: a value of the type.
    """
    for worker in case.pytorch:
        for path, value in _schema.walk(worker.data):
            kind = _schema.misfit(_schema.dotted(path), value)
            if kind is not None and value != "None":  # none-is-a-word tells of the last
                yield Flag(
                    worker.where(path),
                    f"{_schema.dotted(path)} is {_schema.shown(value)}, {kind} is needed "
                    f"({worker.name})",
                    f"{path[-1]}: {kind}",
                )
