# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The batch against the tokens of a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN202",
    "batch-exceeds-token-budget",
    level="warning",
    since="0.1",
    strikes="under load",
    text="max_batch_size is greater than max_num_tokens (1.3, a warning)",
    source="TorchLlmArgs of TensorRT-LLM 1.3 warns; 1 of 852 public workers does it: 640 against "
    "512",
    bad="""
    engine_configs: {agg: {max_batch_size: 640, max_num_tokens: 512}}
    """,
    good="""
    engine_configs: {agg: {max_batch_size: 512, max_num_tokens: 512}}
    """,
)
def batch_exceeds_token_budget(case: Case) -> Iterator[Flag]:
    """A batch larger than the tokens of a step.

    Why: every sequence takes a token in each step, so the batch never grows beyond max_num_tokens.

    Remedy: raise max_num_tokens, or lower max_batch_size to it.
    """
    for worker in case.pytorch:
        batch, budget = worker.whole("max_batch_size"), worker.whole("max_num_tokens")
        if batch is None or budget is None or (worker.draft_tokens and worker.decodes):
            continue  # speculation-exceeds-token-budget tells of the last
        if batch.value > budget.value:
            yield Flag(
                worker.where(batch.path),
                f"max_batch_size {batch.value} is more than max_num_tokens {budget.value} "
                f"({worker.name})",
                f"max_num_tokens: {batch.value}, or max_batch_size: {budget.value}",
            )
