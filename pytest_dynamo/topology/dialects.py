# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Topologies from values, and from what others write in YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_dynamo.topology.model import EngineFile, Topology
from pytest_dynamo.topology.yaml_text import Document

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The engines' own names of what ``Parallel`` holds; vLLM's are its flags.
_PARALLEL: Mapping[str, tuple[str, ...]] = {
    "tp": ("tensor_parallel_size", "tensor-parallel-size"),
    "pp": ("pipeline_parallel_size", "pipeline-parallel-size"),
    "cp": ("context_parallel_size",),
    "ep": ("moe_expert_parallel_size",),
    "attention_dp": ("enable_attention_dp",),
}


def part(document: Document, prefix: tuple[str | int, ...]) -> Document:
    """Return the section of a document as a document of its own, at the same places."""
    size = len(prefix)
    data = document.data
    for key in prefix:
        data = data[key]
    return Document(
        document.file,
        data,
        {path[size:]: at for path, at in document.places.items() if path[:size] == prefix},
        {path[size:]: text for path, text in document.scalars.items() if path[:size] == prefix},
    )


def engine_file(document: Document) -> EngineFile:
    """Return the engine file that a document is."""
    file = EngineFile(path=document.file, data=document.data)
    file._document = document  # noqa: SLF001 - ours; set once, where the value is made
    return file


def component(data: Mapping[Any, Any], role: str) -> tuple[str, ...]:  # Any: YAML data
    """Return where a ``dynamo serve`` file says what a role's worker is told; () in other files."""
    for key, value in data.items():
        if not isinstance(value, dict) or not str(key).endswith("Worker"):
            continue
        if ("prefill" in str(key).lower()) == (role == "prefill"):
            return (str(key),)
    return ()


def parallel(data: Mapping[Any, Any], role: str) -> dict[str, int | bool]:  # Any: YAML data
    """Return what an engine's YAML says of ``Parallel``; values that cannot be are left out.

    A rule tells of those: here they must not keep the rest from being checked.
    """
    section = data
    for key in component(data, role):
        section = section[key]
    found: dict[str, int | bool] = {}
    for field, keys in _PARALLEL.items():
        value = next((section[key] for key in keys if key in section), None)
        if isinstance(value, bool) == (field == "attention_dp") and (
            isinstance(value, int) and value >= (field != "attention_dp")
        ):
            found[field] = value
    return found


def assemble(
    data: Mapping[str, Any],  # Any: YAML data
    document: Document,
    engines: Mapping[str, Document],
) -> Topology:
    """Return the topology that ``data`` describes, with the engine file of each role.

    ``document`` says where its keys stand; ``data`` may hold more than the document does.

    Raises:
        ValidationError: the data describe no topology.
    """
    roles = {name: dict(role) for name, role in data["roles"].items()}
    for name, engine in engines.items():
        roles[name].setdefault("parallel", parallel(engine.data, name))
    topology = Topology.model_validate({**data, "roles": roles})
    topology._document = document  # noqa: SLF001 - ours; set once, where the value is made
    topology._engine_files = {  # noqa: SLF001 - as above
        name: engine_file(engine) for name, engine in engines.items()
    }
    return topology
