# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How an allocation for a topology is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.launch.dialect import Dialect, counted
from pytest_dynamo.launch.plan import nodes_needed

if TYPE_CHECKING:
    from pytest_dynamo.topology.model import Topology


def salloc(
    topology: Topology, command: tuple[str, ...], dialect: Dialect | None = None
) -> tuple[str, ...]:
    """Return the words that allocate what the topology needs and run a command in it.

    The guides' words, with the GPUs asked for: a job without them shows its steps none on a site
    that counts them. Partition and account are the user's defaults where the site's dialect names
    none.
    """
    said = dialect or Dialect()
    return (
        "salloc",
        f"--job-name=dynamo.{topology.name}",
        *((f"--account={said.account}",) if said.account else ()),
        *((f"--partition={said.partition}",) if said.partition else ()),
        f"--time={said.time}",
        f"--nodes={nodes_needed(topology)}",
        *counted(said.gpus, topology.hardware.gpus_per_node),
        *((f"--segment={said.segment}",) if said.segment else ()),
        "--exclusive",
        *said.salloc,
        *command,
    )
