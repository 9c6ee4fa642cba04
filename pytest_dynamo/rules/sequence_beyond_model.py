# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The longest sequence a worker takes against what the model was trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN207",
    "sequence-beyond-model",
    level="warning",
    since="0.1",
    strikes="silent",
    source="the model's max_position_embeddings; the engine warns at most",
    bad="""
    engine_configs: {agg: {max_seq_len: 262144}}
    """,
    good="""
    engine_configs: {agg: {max_seq_len: 131072}}
    """,
)
def sequence_beyond_model(case: Case) -> Iterator[Flag]:
    """A max_seq_len beyond the model's context.

    Why: positions beyond it were never seen in training, and answers get worse without a word.

    Remedy: lower max_seq_len to the model's context, or use a checkpoint with a longer one.
    """
    shape = case.model
    if shape is None or shape.context is None:
        return
    for worker in case.workers:
        limit = worker.whole("max_seq_len")
        if limit is not None and limit.value > shape.context:
            yield Flag(
                worker.where(limit.path),
                f"{limit.key} {limit.value}, the model's context is {shape.context} "
                f"({worker.name}; {shape.name}, by {shape.source})",
                f"{limit.key}: {shape.context}",
            )
