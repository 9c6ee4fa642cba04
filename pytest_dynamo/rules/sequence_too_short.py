# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The longest sequence a worker takes against the load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN206",
    "sequence-too-short",
    level="error",
    since="0.1",
    strikes="first request",
    text="The prompt length plus max_tokens exceeds max_seq_len",
    source="NVIDIA's ConfigValidator for disaggregated benchmarks; 0 of 405 public pairs break it "
    "on either side",
    bad="""
    workload: {isl: 8192, osl: 1024}
    engine_configs: {agg: {max_num_tokens: 8448, max_seq_len: 8448}}
    """,
    good="""
    workload: {isl: 8192, osl: 1024}
    engine_configs: {agg: {max_num_tokens: 8448, max_seq_len: 9256}}
    """,
)
def sequence_too_short(case: Case) -> Iterator[Flag]:
    """A max_seq_len that the load's prompts and answers exceed.

    Why: a request is refused, or its answer cut, when prompt and answer together do not fit. A
    prefill worker needs the prompt and the first token only. max_seq_len need be no multiple of
    anything.

    Remedy: max_seq_len at least isl + osl where tokens are generated, more than isl where not.
    """
    longest, load = case.longest_prompt, case.topology.workload
    if longest is None or load is None:
        return
    for worker in case.workers:
        limit = worker.whole("max_seq_len")
        if limit is None:
            continue
        needed, words = longest.value + 1, f"{longest.key} {longest.value} + 1"
        both = (load.isl or 0) + (load.osl or 0)
        if worker.decodes and load.isl and load.osl and both > needed:
            needed, words = both, f"isl {load.isl} + osl {load.osl}"
        if limit.value < needed:
            yield Flag(
                worker.where(limit.path),
                f"{limit.key} {limit.value} is less than {words} = {needed} ({worker.name})",
                f"{limit.key}: {needed}",
            )
