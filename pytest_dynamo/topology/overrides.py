# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Values that replace a topology file's: from the guides' environment variables or an option."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_dynamo.errors import TopologyError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The guides' environment variables and the topology value each one is. Those of a role apply
#: where the topology has that role.
ENVIRONMENT: Mapping[str, str] = {
    "IMAGE": "container.image",
    "MOUNTS": "container.mounts",
    "MODEL_PATH": "model.path",
    "SERVED_MODEL_NAME": "model.served_name",
    "MODALITY": "model.modality",
    "NUM_GPUS_PER_NODE": "hardware.gpus_per_node",
    "NUM_NODES": "roles.agg.nodes_per_worker",
    "NUM_PREFILL_NODES": "roles.prefill.nodes_per_worker",
    "NUM_DECODE_NODES": "roles.decode.nodes_per_worker",
    "NUM_PREFILL_WORKERS": "roles.prefill.workers",
    "NUM_DECODE_WORKERS": "roles.decode.workers",
    "ENGINE_CONFIG": "roles.agg.engine_config",
    "PREFILL_ENGINE_CONFIG": "roles.prefill.engine_config",
    "DECODE_ENGINE_CONFIG": "roles.decode.engine_config",
    "DISAGGREGATION_STRATEGY": "disaggregation_strategy",
    "HEAD_NODE_IP": "services.head_node_ip",
    "ETCD_ENDPOINTS": "services.etcd_endpoints",
    "NATS_SERVER": "services.nats_server",
}

_FROM_ENVIRONMENT = "environment "


@dataclass(frozen=True, slots=True)
class Override:
    """One value that replaces the file's: dotted key, text, and who said so."""

    key: str
    value: str
    source: str


def from_environment(environ: Mapping[str, str]) -> list[Override]:
    """Return the overrides that the guides' environment variables ask for."""
    return [
        Override(key, environ[name], f"{_FROM_ENVIRONMENT}{name}")
        for name, key in ENVIRONMENT.items()
        if environ.get(name)
    ]


def apply(data: dict[str, Any], override: Override) -> bool:  # Any: YAML data
    """Put an override into a topology's data and return whether it applies.

    One that comes from the environment is left out where the topology has no such role: the
    variables of another example may linger.

    Raises:
        TopologyError: its key cannot be a key of this topology.
    """
    parts = override.key.split(".")
    if not all(parts):
        raise TopologyError(
            f"{override.key!r} is not a dotted key",
            where=override.source,
            remedy="write KEY=VALUE, as in model.path=/models/r1",
        )
    roles = data.get("roles")
    if parts[0] == "roles" and len(parts) > 1 and isinstance(roles, dict) and parts[1] not in roles:
        if override.source.startswith(_FROM_ENVIRONMENT):
            return False
        raise TopologyError(
            f"this topology has no role {parts[1]!r}",
            where=override.source,
            remedy=f"its roles: {', '.join(roles)}",
        )
    here = data
    for depth, part in enumerate(parts[:-1], start=1):
        below = here.get(part)
        if below is None:  # not there, or there and empty
            below = here[part] = {}
        if not isinstance(below, dict):
            raise TopologyError(
                f"{'.'.join(parts[:depth])} holds {type(below).__name__}, no keys",
                where=override.source,
                remedy=f"override {'.'.join(parts[:depth])} itself, or correct the file",
            )
        here = below
    here[parts[-1]] = None if override.value in ("null", "~") else override.value
    return True
