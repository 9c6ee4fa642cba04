# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes that a topology states and no worker uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN403",
    "idle-nodes",
    level="warning",
    since="0.1",
    strikes="silent",
    source="guide 001 allocates 8 nodes to run a 4-node and an 8-node example in turn",
    bad="""
    nodes: 2
    """,
    good="""
    nodes: 1
    """,
)
def idle_nodes(case: Case) -> Iterator[Flag]:
    """More nodes are stated than the workers fill.

    Why: the nodes stand idle for as long as the deployment lives; a number that was changed in
    one place only is the usual reason.

    Remedy: state the nodes that are filled, or add the workers that are missing.
    """
    stated, needed = case.topology.nodes, case.nodes_needed
    if stated is not None and needed is not None and stated > needed:
        yield Flag(
            ("nodes",), f"{stated} nodes are stated, the workers fill {needed}", f"nodes: {needed}"
        )
