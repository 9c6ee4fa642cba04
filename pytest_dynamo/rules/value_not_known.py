# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Words against those that their key takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _schema, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("moe_config", "backend"): (
        "CUTLASS", "CUTEDSL", "WIDEEP", "TRTLLM", "DEEPGEMM", "VANILLA", "TRITON", "AUTO",
        "DENSEGEMM", "MARLIN", "MEGAMOE_CUTEDSL", "MEGAMOE_DEEPGEMM",
    ),
    ("scheduler_config", "capacity_scheduler_policy"): (
        "GUARANTEED_NO_EVICT", "MAX_UTILIZATION", "STATIC_BATCH",
    ),
    ("scheduler_config", "context_chunking_policy"): (
        "FIRST_COME_FIRST_SERVED", "EQUAL_PROGRESS",
    ),
}  # fmt: skip


@rule(
    "DYN511",
    "value-not-known",
    level="error",
    since="0.1",
    strikes="parse",
    text="Input should be 'CUTLASS', 'CUTEDSL', 'WIDEEP', 'TRTLLM', 'DEEPGEMM', 'VANILLA' or "
    "'TRITON' [type=literal_error]",
    source="the literals of TensorRT-LLM; newer releases have more backends, so an unknown one is "
    "a warning there",
    bad="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 4}}
    engine_configs:
      agg:
        tensor_parallel_size: 16
        moe_expert_parallel_size: 16
        enable_attention_dp: true
        moe_config: {backend: WideEP}
    """,
    good="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    roles: {agg: {nodes_per_worker: 4}}
    engine_configs:
      agg:
        tensor_parallel_size: 16
        moe_expert_parallel_size: 16
        enable_attention_dp: true
        moe_config: {backend: WIDEEP}
    """,
)
def value_not_known(case: Case) -> Iterator[Flag]:
    """A word that its key does not take, often for its capitals.

    Why: these values are compared letter by letter.

    Remedy: one of the words that the release knows.
    """
    release = case.release
    for worker in case.pytorch:
        for path, words in _WORDS.items():
            value = worker.raw(path)
            if not isinstance(value, str) or value in words or value == "None":
                continue
            if _schema.is_placeholder(value):
                continue
            capitals = next((word for word in words if word.upper() == value.upper()), None)
            settled = release is not None and release.between(since="1.0.0", before="1.1.1")
            strict = release is not None and release.between(since="1.0.0")
            yield Flag(
                worker.where(path),
                f"{_schema.dotted(path)} is {value!r}; known: {', '.join(words)} ({worker.name})",
                f"{path[-1]}: {capitals or words[0]}",
                None if settled or (strict and capitals) else "warning",
            )
