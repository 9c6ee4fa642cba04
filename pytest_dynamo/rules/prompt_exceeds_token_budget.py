# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The longest prompt against the tokens of a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN205",
    "prompt-exceeds-token-budget",
    level="error",
    since="0.1",
    strikes="first request",
    text="The sum of prompt length (8192), query length (0) should not exceed max_num_tokens (256)",
    source="PyExecutor of TensorRT-LLM, issues 3058 and 3486; 0 of 381 public workers with a "
    "known prompt length break it",
    bad="""
    workload: {isl: 8192, osl: 1024}
    engine_configs: {agg: {max_num_tokens: 4096, max_seq_len: 10240}}
    """,
    good="""
    workload: {isl: 8192, osl: 1024}
    engine_configs: {agg: {max_num_tokens: 4096, max_seq_len: 10240, enable_chunked_prefill: true}}
    """,
)
def prompt_exceeds_token_budget(case: Case) -> Iterator[Flag]:
    """A prompt longer than max_num_tokens on a worker that does not cut prompts into chunks.

    Why: the whole prompt must fit one step, and each request that does not is refused - after the
    whole allocation has loaded.

    Remedy: raise max_num_tokens to the longest prompt, or enable_chunked_prefill.
    """
    longest = case.longest_prompt
    if longest is None:
        return
    for worker in case.pytorch:
        budget, chunked = worker.whole("max_num_tokens"), worker.flag("chunked_prefill")
        if not worker.prefills or budget is None or (chunked and chunked.value):
            continue
        if longest.value > budget.value:
            yield Flag(
                worker.where(budget.path),
                f"prompts of {longest.value} tokens ({longest.key}), max_num_tokens {budget.value} "
                f"and no chunked prefill ({worker.name})",
                f"max_num_tokens: {longest.value}, or enable_chunked_prefill: true",
            )
