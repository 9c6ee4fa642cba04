# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What runs on the head node besides the services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN410",
    "head-node-shared",
    level="info",
    since="0.1",
    strikes="under load",
    source="guide 001's output shows ranks 0 to 3 on the node of the frontend",
    bad="""
    roles: {prefill: {}, decode: {}}
    """,
    good="""
    roles: {agg: {}}
    """,
)
def head_node_shared(case: Case) -> Iterator[Flag]:
    """A worker on the node that also runs frontend, etcd and NATS.

    Why: it is what the guides do, and the CPU and memory of that node must suffice for both; its
    ranks are the first to be slow.

    Remedy: none where the node has CPUs to spare; a benchmark client belongs on another node.
    """
    if (case.nodes_needed or 1) > 1:
        first = next(iter(case.topology.roles))
        yield Flag(
            ("roles", first),
            f"{first}0 shares the head node with frontend, etcd and NATS",
            "keep a benchmark client off the head node",
        )
