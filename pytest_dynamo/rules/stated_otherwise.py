# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a guide or a batch script says against the topology."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _statements, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN424",
    "stated-otherwise",
    level="warning",
    since="0.1",
    strikes="silent",
    source="guide 003 counts 2 generation servers of 8 GPUs where it configures 4 of TP4; its "
    "user.conf asks for 14.49 queries per second where the text and the log say 15.75",
    bad="""
    workload: {isl: 4096, osl: 684, qps: 15.75}
    context:
      statements:
        - {key: workload.qps, value: 14.49, words: "*.Server.target_qps = 14.49"}
    """,
    good="""
    workload: {isl: 4096, osl: 684, qps: 15.75}
    context:
      statements:
        - {key: workload.qps, value: 15.75, words: "*.Server.target_qps = 15.75"}
    """,
)
def stated_otherwise(case: Case) -> Iterator[Flag]:
    """A number that is written down elsewhere and is another one there.

    Why: somebody will follow the other text: ask for another allocation, or compare with another
    rate.

    Remedy: decide which is right and change the other.
    """
    for said in case.context.statements:
        if said.implied is not None and said.implied != said.value:
            yield Flag(
                said.where,
                f"{said.words!r} says {said.key} {said.value} and names {said.implied} GPUs",
                f"the nodes that {said.value} ranks need, or {said.key} {said.implied}",
            )
        value = _statements.value(case, said.key)
        if value is not None and value != said.value:
            yield Flag(
                said.where,
                f"{said.words!r} says {said.key} is {said.value}; the topology has {value} "
                f"({case.where(tuple(said.key.split('.')))})",
                f"{said.key}: {said.value} in the topology, or {value} here",
            )
