# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Sizes of CUDA graphs against the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN203",
    "graph-never-captured",
    level="info",
    since="0.1",
    strikes="silent",
    source="the model runner of TensorRT-LLM drops them; 59 of 367 public workers list such "
    "sizes, NVIDIA's own example 2048 for a batch of 256",
    bad="""
    engine_configs:
      agg: {max_batch_size: 64, cuda_graph_config: {batch_sizes: [1, 2, 64, 128]}}
    """,
    good="""
    engine_configs:
      agg: {max_batch_size: 128, cuda_graph_config: {batch_sizes: [1, 2, 64, 128]}}
    """,
)
def graph_never_captured(case: Case) -> Iterator[Flag]:
    """CUDA graph sizes that no batch reaches.

    Why: sizes above min(max_batch_size, max_num_tokens / (1 + guessed tokens)) are dropped; the log
    then counts fewer graphs than were listed.

    Remedy: leave them out, or raise max_batch_size.
    """
    for worker in case.pytorch:
        sizes, batch = worker.given("graph_sizes"), worker.whole("max_batch_size")
        if sizes is None or batch is None or not isinstance(sizes.value, list):
            continue
        budget = worker.whole("max_num_tokens")
        most = batch.value
        if budget is not None:
            most = min(most, budget.value // (1 + (worker.draft_tokens or 0)))
        over = [size for size in sizes.value if isinstance(size, int) and size > most]
        if over:
            yield Flag(
                worker.where(sizes.path),
                f"{sizes.key} lists {', '.join(map(str, over))}, no batch is larger than {most} "
                f"({worker.name})",
                f"sizes up to {most}",
            )
