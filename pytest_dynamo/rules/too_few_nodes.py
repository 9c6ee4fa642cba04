# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The nodes a topology fills against the nodes it states or is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.rules import Case, Flag, rule

if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DYN402",
    "too-few-nodes",
    level="error",
    since="0.1",
    strikes="submit",
    text="srun: Job step creation temporarily disabled, retrying (Requested nodes are busy)",
    source="guide 003: 14 prefill + 4 decode workers on one node each are its 18 nodes",
    bad="""
    nodes: 17
    roles:
      prefill: {workers: 14}
      decode: {workers: 4}
    """,
    good="""
    nodes: 18
    roles:
      prefill: {workers: 14}
      decode: {workers: 4}
    """,
)
def too_few_nodes(case: Case) -> Iterator[Flag]:
    """More nodes are filled than the topology states, or than the allocation has.

    Why: the last worker's step waits for nodes that will not come; Slurm only says that it
    retries, and the rest of the deployment stands there loaded.

    Remedy: allocate workers x nodes_per_worker, summed over the roles, or lower the workers.
    """
    needed = case.nodes_needed
    if needed is None:
        return
    parts = " + ".join(
        f"{role.workers} {name} x {role.nodes_per_worker}" for name, role in case.roles
    )
    stated, given = case.topology.nodes, case.context.allocated_nodes
    if stated is not None and stated < needed:
        yield Flag(
            ("nodes",),
            f"{stated} nodes are stated, {parts} node(s) fill {needed}",
            f"nodes: {needed}",
        )
    if given is not None and given < needed:
        yield Flag(
            ("roles",),
            f"the allocation has {given} nodes, {parts} node(s) fill {needed}",
            f"allocate {needed}: salloc --nodes {needed}",
        )
