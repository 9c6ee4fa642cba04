# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Kinds of speculation against the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN608",
    "decoding-type-unsupported",
    level="error",
    since="0.1",
    strikes="parse",
    text="Invalid decoding type",
    source="the union of speculative configurations of TensorRT-LLM: Lookahead and Medusa are not "
    "for the PyTorch backend; Eagle3, PARD and SaveState came with 1.3",
    bad="""
    engine_configs: {agg: {speculative_config: {decoding_type: Medusa, max_draft_len: 3}}}
    """,
    good="""
    engine_configs: {agg: {speculative_config: {decoding_type: NGram, max_draft_len: 3}}}
    """,
)
def decoding_type_unsupported(case: Case) -> Iterator[Flag]:
    """A kind of speculation that the PyTorch backend or the release does not have.

    Why: the engine refuses it, or the worker fails while it builds the drafter.

    Remedy: MTP, Eagle, NGram or DraftTarget.
    """
    for worker in case.pytorch:
        kind = worker.word("decoding_type")
        if kind is None:
            continue
        name = kind.value.lower().replace("_", "")
        where = worker.where(kind.path)
        if name in ("medusa", "lookahead"):
            stated = worker.raw(("backend",)) == "pytorch" or case.at_least("1.0.0")
            yield Flag(
                where,
                f"{kind.value} is of the engine-building backend only ({worker.name})",
                "decoding_type: NGram, Eagle or MTP",
                None if stated else "warning",
            )
        elif name in ("eagle3", "pard", "savestate") and case.at_least("1.3.0rc0") is False:
            exact = case.release is not None and not case.release.between(since="1.2.0rc0")
            yield Flag(
                where,
                f"{kind.value} came with TensorRT-LLM 1.3, this is {case.release} ({worker.name})",
                "decoding_type: Eagle" if name == "eagle3" else "TensorRT-LLM 1.3",
                None if exact else "warning",
            )
