# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Launches what needs Ray, and nothing else: the ``slurm`` launcher under a name that says so.

A topology with a ``ray`` section gets the same plan from both; how Ray is started is in
``ray_cluster.py``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_dynamo.errors import PlanError
from pytest_dynamo.launch import slurm

if TYPE_CHECKING:
    from pytest_dynamo.launch.plan import Cluster, LaunchPlan
    from pytest_dynamo.topology.model import Topology


class Ray:
    """The ``ray`` launcher."""

    name = "ray"

    def plan(self, topology: Topology, cluster: Cluster) -> LaunchPlan:
        """Return the launch plan.

        Raises:
            PlanError: the topology has no ray section, or the cluster cannot hold it.
        """
        if topology.ray is None:
            raise PlanError(
                f"{topology.name} has no ray section",
                where=str(topology.where()),
                remedy="--dynamo-launcher=slurm",
            )
        return replace(slurm.LAUNCHER.plan(topology, cluster), launcher=self.name)


LAUNCHER = Ray()
