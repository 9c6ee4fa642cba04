# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Guessed tokens against the tokens of a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN201",
    "speculation-exceeds-token-budget",
    level="error",
    since="0.1",
    strikes="under load",
    source="NVIDIA's own ConfigValidator for disaggregated benchmarks asserts it for decode "
    "workers; 0 of 214 public ones break it. The engine only caps the batch",
    bad="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      prefill:
        speculative_config: {decoding_type: MTP, num_nextn_predict_layers: 3}
      decode:
        max_batch_size: 256
        max_num_tokens: 512
        speculative_config: {decoding_type: MTP, num_nextn_predict_layers: 3}
    """,
    good="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      prefill:
        speculative_config: {decoding_type: MTP, num_nextn_predict_layers: 3}
      decode:
        max_batch_size: 256
        max_num_tokens: 1024
        speculative_config: {decoding_type: MTP, num_nextn_predict_layers: 3}
    """,
)
def speculation_exceeds_token_budget(case: Case) -> Iterator[Flag]:
    """A full batch with its guessed tokens that does not fit max_num_tokens.

    Why: with speculation every sequence of the batch takes one token and its guesses in each step.
    The engine quietly runs a smaller batch, so the deployment never reaches its rate. On a worker
    that computes prompts too, prompts dominate and it is a warning.

    Remedy: max_num_tokens at least max_batch_size x (1 + guessed tokens).
    """
    for worker in case.pytorch:
        batch, budget = worker.whole("max_batch_size"), worker.whole("max_num_tokens")
        draft = worker.draft_tokens
        if not worker.decodes or batch is None or budget is None or not draft:
            continue
        if budget.value < (needed := batch.value * (1 + draft)):
            yield Flag(
                worker.where(budget.path),
                f"max_num_tokens {budget.value} for max_batch_size {batch.value} x (1 + {draft} "
                f"guessed) = {needed} tokens in a step ({worker.name})",
                f"max_num_tokens: {needed}, or max_batch_size: {budget.value // (1 + draft)}",
                None if worker.name == "decode" else "warning",
            )
