# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which path the processes of a deployment see a file under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_dynamo.errors import TopologyError

if TYPE_CHECKING:
    from pytest_dynamo.topology.model import Role, Topology


def role_of(topology: Topology, name: str) -> Role:
    """Return the role of that name.

    Raises:
        KeyError: there is none.
    """
    return {str(key): role for key, role in topology.roles.items()}[name]


def engine_config(topology: Topology, role: str) -> str | None:
    """Return the engine's YAML as a worker's processes see it, None if the role has none.

    An absolute path is the container's own. A relative one is seen without a container only, from
    the directory that pytest was started in.

    Raises:
        TopologyError: it is relative, and there is a container.
    """
    config = role_of(topology, role).engine_config
    if config is None or config.startswith("/"):
        return config
    if topology.container.runtime != "none":
        raise TopologyError(
            f"engine config {config} is relative, and the container sees only its mounts",
            where=str(topology.where(("roles", role, "engine_config"))),
            remedy="name it as the container sees it, under one of container.mounts, "
            "or set container.runtime to none",
        )
    file = topology.engine_files.get(role)
    return file.path if file else config
