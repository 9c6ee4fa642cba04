# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""One port of a worker's own server for several workers of a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, _placement, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN412",
    "system-port-shared",
    level="error",
    since="0.1",
    strikes="submit",
    text="Failed to bind to address 0.0.0.0:9090: Address already in use (os error 98)",
    source="every worker process of Dynamo binds its own port",
    bad="""
    hardware: {gpu: B200, gpus_per_node: 8}
    roles: {agg: {workers: 2}}
    environment: {DYN_SYSTEM_PORT: "9090"}
    """,
    good="""
    hardware: {gpu: GB200, gpus_per_node: 4}
    roles: {agg: {workers: 2}}
    environment: {DYN_SYSTEM_PORT: "9090"}
    """,
)
def system_port_shared(case: Case) -> Iterator[Flag]:
    """A fixed DYN_SYSTEM_PORT where two workers share a node.

    Why: both bind it, and the second exits.

    Remedy: own_nodes for the workers, or leave the port to the launcher.
    """
    if "DYN_SYSTEM_PORT" not in case.topology.environment:
        return
    most = _placement.most_on_a_node(case.topology)
    if most is not None and most > 1:
        yield Flag(
            ("environment", "DYN_SYSTEM_PORT"),
            f"{most} workers share a node, and each would bind "
            f"{case.topology.environment['DYN_SYSTEM_PORT']}",
            "leave DYN_SYSTEM_PORT out, or own_nodes: true",
        )
