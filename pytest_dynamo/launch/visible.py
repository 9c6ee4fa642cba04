# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which paths every node of a launch has to see, as the nodes themselves name them.

One node that has not mounted the file system of the others is found out minutes after the launch
otherwise, by the one rank that runs there.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from pytest_dynamo.topology.places import host_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_dynamo.launch.plan import LaunchPlan
    from pytest_dynamo.topology.model import Topology


def needed_paths(topology: Topology, plan: LaunchPlan, directory: str) -> tuple[str, ...]:
    """Return the paths; relative ones of the topology start at ``directory``."""
    if plan.stand_in:
        words = next((item.tokens for item in plan.processes if item.kind == "worker"), ())
        return tuple(word for word in words if word.startswith("/") and "\n" not in word)
    return tuple(dict.fromkeys(_paths(topology, directory)))


def _paths(topology: Topology, directory: str) -> Iterator[str]:
    container = topology.container
    image = container.image or ""
    contained = container.runtime != "none"
    if contained:
        if image.startswith(("/", "./", "../")):  # others name a registry
            yield posixpath.normpath(posixpath.join(directory, image))
        sources = (pair.partition(":")[0] for pair in container.mounts.split(","))
        yield from (source for source in sources if source.startswith("/"))
    inside = [topology.model.path, *(role.engine_config for role in topology.roles.values())]
    for path in inside:
        if path is None or not path.startswith("/"):  # a hub's name, or relative
            continue
        seen = host_path(path, container.mounts) if contained else path
        if seen is not None:  # else the image has it
            yield seen
