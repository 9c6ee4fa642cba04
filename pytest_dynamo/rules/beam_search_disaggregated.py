# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Beam search where prefill and decode are apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN312",
    "beam-search-disaggregated",
    level="error",
    since="0.1",
    strikes="first request",
    source="the documentation of disaggregated serving of TensorRT-LLM: a beam width of 1 only",
    bad="""
    engine_configs:
      prefill: {}
      decode: {max_beam_width: 4}
    """,
    good="""
    engine_configs:
      prefill: {}
      decode: {max_beam_width: 1}
    """,
)
def beam_search_disaggregated(case: Case) -> Iterator[Flag]:
    """A beam width above 1 on a prefill or decode worker.

    Why: one sequence is handed over for each request, not several beams.

    Remedy: leave max_beam_width out, or serve aggregated.
    """
    for worker in case.pair or ():
        width = worker.whole("max_beam_width")
        if width is not None and width.value > 1:
            yield Flag(
                worker.where(width.path),
                f"max_beam_width {width.value} on a {worker.name} worker",
                "max_beam_width: 1",
            )
