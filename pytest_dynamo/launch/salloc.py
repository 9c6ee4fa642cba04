# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How an allocation for a topology is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.launch.plan import nodes_needed

if TYPE_CHECKING:
    from pytest_dynamo.topology.model import Topology

#: The guides' own; a site's limit may be lower.
_TIME = "05:00:00"


def salloc(topology: Topology, command: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that allocate what the topology needs and run a command in it.

    The guides' words, with the GPUs asked for: a job without them shows its steps none on a site
    that counts them. Partition and account are the user's defaults.
    """
    return (
        "salloc",
        f"--job-name=dynamo.{topology.name}",
        f"--time={_TIME}",
        f"--nodes={nodes_needed(topology)}",
        f"--gres=gpu:{topology.hardware.gpus_per_node}",
        "--exclusive",
        *command,
    )
