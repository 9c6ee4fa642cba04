# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The number of tokens guessed ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN607",
    "nothing-guessed",
    level="error",
    since="0.1",
    strikes="parse",
    text="max_draft_len must be > 0 for Eagle",
    source="EagleDecodingConfig and MTPDecodingConfig of TensorRT-LLM",
    bad="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      agg: {speculative_config: {decoding_type: MTP, num_nextn_predict_layers: 0}}
    """,
    good="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      agg: {speculative_config: {decoding_type: MTP, num_nextn_predict_layers: 1}}
    """,
)
def nothing_guessed(case: Case) -> Iterator[Flag]:
    """Speculation of no tokens.

    Why: the engine refuses it; to guess nothing, leave the section out.

    Remedy: at least 1.
    """
    for worker in case.pytorch:
        length = worker.whole("draft_length")
        guesses = worker.speculation in ("mtp", "eagle", "eagle3")
        if guesses and length is not None and length.value == 0:
            yield Flag(
                worker.where(length.path),
                f"{length.key} is 0 ({worker.name})",
                f"{length.path[-1]}: 1, or no speculative_config",
            )
