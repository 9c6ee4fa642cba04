# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What one site adds: a rule about images, and the reservation that its Slurm wants."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_dynamo.findings import Finding
from pytest_dynamo.launch.slurm import LAUNCHER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.launch.plan import Cluster, Launcher, LaunchPlan
    from pytest_dynamo.topology.model import Topology

REGISTRY = "registry.example.org/"


def pytest_dynamo_rules(topology: Topology) -> Iterator[Finding]:
    """Warn of images that do not come from our registry."""
    image = topology.container.image
    if image and not image.startswith(REGISTRY):
        yield Finding(
            code="SITE1",
            name="image-from-elsewhere",
            level="warning",
            where=topology.where(("container", "image")),
            message=f"{image} is not mirrored here, every node would fetch it",
            remedy=f"push it to {REGISTRY} and name it there",
        )


class ReservedSlurm:
    """The ``slurm`` launcher, with one word more in each step."""

    name = LAUNCHER.name

    def plan(self, topology: Topology, cluster: Cluster) -> LaunchPlan:
        """Return the launch plan."""
        reserved = (*cluster.extra_srun, "--reservation=llm")
        return LAUNCHER.plan(topology, replace(cluster, extra_srun=reserved))


def pytest_dynamo_make_launcher(name: str) -> Launcher | None:
    """Put ours in the place of the one that ships."""
    return ReservedSlurm() if name == LAUNCHER.name else None
