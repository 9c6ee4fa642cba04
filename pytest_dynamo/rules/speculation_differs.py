# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Speculation on both sides of a transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.findings import Level


@rule(
    "DYN307",
    "speculation-differs",
    level="error",
    since="0.1",
    strikes="first request",
    text="Disagg server does not currently support these cacheState, please check the cacheState "
    "of the context and gen executors",
    source="the cache of an MTP layer is one of the layers that both sides compare; with the "
    "Python transceiver 6 public pairs guess on decode only",
    bad="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      prefill: {}
      decode: {speculative_config: {decoding_type: MTP, num_nextn_predict_layers: 1}}
    """,
    good="""
    model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}
    engine_configs:
      prefill: {speculative_config: {decoding_type: MTP, num_nextn_predict_layers: 1}}
      decode: {speculative_config: {decoding_type: MTP, num_nextn_predict_layers: 1}}
    """,
)
def speculation_differs(case: Case) -> Iterator[Flag]:
    """Multi-token prediction on one side only.

    Why: the layers that guess have a cache too, so the sides have different numbers of layers and
    the first hand-over fails. The Python transceiver sends what both have.

    Remedy: the same speculative_config on both sides.
    """
    if case.pair is None:
        return
    prefill, decode = case.pair
    sides = {item.name: item.speculation for item in case.pair}
    if sides["prefill"] == sides["decode"]:
        if prefill.draft_tokens == decode.draft_tokens:
            return
        words = f"guesses {prefill.draft_tokens} tokens on prefill, {decode.draft_tokens} on decode"
        level: Level | None = "info"
    else:
        words = f"is {sides['prefill'] or 'off'} on prefill, {sides['decode'] or 'off'} on decode"
        known = case.at_least("1.3.0rc0") is False or any(
            item.word("transceiver_runtime") is not None for item in case.pair
        )
        level = None if known and "mtp" in sides.values() else "warning"
        if prefill.python_transceiver or decode.python_transceiver:
            level = "info"
    side = decode if sides["decode"] else prefill
    yield Flag(
        side.where(("speculative_config",)),
        f"speculation {words}",
        "the same speculative_config on both sides",
        level,
    )
