# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How an engine's own file splits a worker, in its own words, and how where nobody tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.topology.model import Parallel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_dynamo.topology.yaml_text import Document

#: The engines' own names of what ``Parallel`` holds.
_PARALLEL_KEYS: Mapping[str, Sequence[str]] = {
    "tp": ("tensor_parallel_size", "tensor-parallel-size"),
    "pp": ("pipeline_parallel_size", "pipeline-parallel-size"),
    "cp": ("context_parallel_size",),
    "ep": ("moe_expert_parallel_size",),
    "attention_dp": ("enable_attention_dp",),
}


def parallel_of(document: Document, role: str = "agg") -> dict[str, Any]:
    """Return what an engine's file says of a role's ``Parallel``.

    Raises:
        TopologyError: a size is no whole number of at least 1; with the place of its key.
    """
    found: dict[str, Any] = {}
    sections: list[tuple[tuple[str, ...], Mapping[str, Any]]] = [((), document.data)]
    # ``dynamo serve`` files name a component first: VllmWorker: {tensor-parallel-size: 8}
    sections += sorted(
        (((key,), value) for key, value in document.data.items() if isinstance(value, dict)),
        key=lambda section: _foreign(section[0][0], role),
    )
    for field, keys in _PARALLEL_KEYS.items():
        for path, section in sections:
            key = next((key for key in keys if key in section), None)
            if key is None or section[key] is None:
                continue
            try:
                found[field] = Parallel.model_validate({field: section[key]}).model_dump()[field]
            except ValidationError as error:
                raise TopologyError(
                    f"{key} is {section[key]!r}: {error.errors()[0]['msg'].lower()}",
                    where=str(document.where((*path, key))),
                    remedy="give a whole number of at least 1",
                ) from error
            break
    return found


def _foreign(section: str, role: str) -> int:
    """Return how far a component's section is from a role: its own, everybody's, another's."""
    word = section.lower()
    if word == "common":
        return 1
    prefills = "prefill" in word or "context" in word
    return 0 if prefills == (role == "prefill") else 2


def assumed(data: Mapping[str, Any], role: Mapping[str, Any]) -> dict[str, Any]:  # Any: YAML data
    """Return the ``Parallel`` of a worker that fills its GPUs, as nearly all do.

    That is all of its nodes, or its share of them where a topology has fewer nodes than its
    workers would fill. Sizes that are no numbers give nothing, and are refused elsewhere.
    """
    hardware, roles = data.get("hardware"), data.get("roles")
    per_node = _count(hardware.get("gpus_per_node") if isinstance(hardware, dict) else None)
    mine = _count(role.get("nodes_per_worker", 1))
    filled = sum(
        _count(each.get("workers", 1)) * _count(each.get("nodes_per_worker", 1))
        for each in (roles.values() if isinstance(roles, dict) else ())
        if isinstance(each, dict)
    )
    nodes = _count(data.get("nodes", filled))
    if not (per_node and mine and filled and nodes):
        return {}
    return {"tp": mine * max(1, min(nodes, filled) * per_node // filled)}


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
