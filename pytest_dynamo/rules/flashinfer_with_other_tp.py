# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The attention backend where the sides are split differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN310",
    "flashinfer-with-other-tp",
    level="warning",
    since="0.1",
    strikes="silent",
    source="TensorRT-LLM issue 6507: wrong output and no error; different tp is otherwise normal, "
    "283 of 423 public pairs",
    bad="""
    engine_configs:
      prefill: {tensor_parallel_size: 4, attn_backend: FLASHINFER}
      decode: {tensor_parallel_size: 2, attn_backend: FLASHINFER}
    hardware: {gpu: B200, gpus_per_node: 6}
    """,
    good="""
    engine_configs:
      prefill: {tensor_parallel_size: 4, attn_backend: TRTLLM}
      decode: {tensor_parallel_size: 2, attn_backend: TRTLLM}
    hardware: {gpu: B200, gpus_per_node: 6}
    """,
)
def flashinfer_with_other_tp(case: Case) -> Iterator[Flag]:
    """Prefill and decode of different tp with the FLASHINFER attention backend.

    Why: heads are laid out differently in its cache, and what is handed over is read wrongly:
    answers are garbage, and nothing says so.

    Remedy: attn_backend: TRTLLM, or the same tp on both sides.
    """
    if case.pair is None or len({item.attention_tp for item in case.pair}) == 1:
        return
    for worker in case.pair:
        backend = worker.word("attention_backend")
        if backend is not None and backend.value.upper() == "FLASHINFER":
            yield Flag(
                worker.where(backend.path),
                f"FLASHINFER with tp {case.pair[0].attention_tp} on prefill and "
                f"{case.pair[1].attention_tp} on decode",
                "attn_backend: TRTLLM",
            )
