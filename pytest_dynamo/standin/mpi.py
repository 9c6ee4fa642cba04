# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A real MPI world among the stand-in ranks of a worker, where ``STANDIN_MPI`` asks for one.

It proves what a rehearsal otherwise leaves out: that this Slurm, its PMIx plugin and an MPI library
on the nodes make one world of the ranks that the plan words, across nodes and in its order. The
world ends before the ranks load: from then on they meet as they always do.
"""

from __future__ import annotations

import importlib
import site
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_dynamo.standin.rank import Rank

#: The variable that asks for it.
ASKED = "STANDIN_MPI"
#: The status of a rank whose world is not the planned one.
ANOTHER_WORLD = 7


def meet(rank: Rank) -> None:
    """Form the world, hold it against what Slurm said, and leave it."""
    site.main()  # rank.py runs without site-packages
    rc = importlib.import_module("mpi4py").rc
    rc.initialize = rc.finalize = False
    mpi = importlib.import_module("mpi4py.MPI")  # by name: not everybody who checks types has it
    mpi.Init()
    world = mpi.COMM_WORLD
    if (world.rank, world.size) != (rank.number, rank.world):
        found = f"rank {world.rank} of {world.size}"
        rank.leave(ANOTHER_WORLD, f"MPI calls this {found}, Slurm {rank.number} of {rank.world}")
    hosts = world.allgather(rank.host)
    total = world.allreduce(rank.number)
    mpi.Finalize()
    if rank.number == 0:
        rank.say(
            f"MPI world of {rank.world} ranks on {len(set(hosts))} nodes; "
            f"their numbers sum to {total}"
        )
