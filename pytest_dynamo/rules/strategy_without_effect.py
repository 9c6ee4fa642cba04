# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The disaggregation strategy against the Dynamo release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN413",
    "strategy-without-effect",
    level="warning",
    since="0.1",
    strikes="silent",
    source="Dynamo PR #4097 (November 2025, 0.7.0): the frontend orders prefill and decode",
    bad="""
    versions: {dynamo: 0.7.0}
    disaggregation_strategy: decode_first
    roles: {prefill: {}, decode: {}}
    """,
    good="""
    versions: {dynamo: 0.6.0}
    disaggregation_strategy: decode_first
    roles: {prefill: {}, decode: {}}
    """,
)
def strategy_without_effect(case: Case) -> Iterator[Flag]:
    """A disaggregation_strategy that this Dynamo does not take.

    Why: --disaggregation-strategy is gone; what DISAGGREGATION_STRATEGY says changes nothing.

    Remedy: leave it out.
    """
    era, strategy = case.era, case.topology.disaggregation_strategy
    if strategy is None or era is None:
        return
    if era.strategy_flag is None:
        yield Flag(
            ("disaggregation_strategy",),
            f"Dynamo {era.release} has no --disaggregation-strategy; {strategy} has no effect",
            "leave it out",
        )
    elif not case.topology.disaggregated:
        yield Flag(
            ("disaggregation_strategy",),
            f"{strategy} for a topology whose workers do both",
            "leave it out, or give prefill and decode roles",
        )
