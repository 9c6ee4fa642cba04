# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How a rule's example, a fragment of a topology, becomes a topology to check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_dynamo.rules._case import Context, Directory, Statement
from pytest_dynamo.topology import dialects, recipes, yaml_text
from pytest_dynamo.topology.variants import merged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_dynamo.topology.model import Topology

#: What an example does not say. Everything in it is right.
_BASE: Mapping[str, Any] = {  # Any: YAML data
    "name": "example",
    "description": "one worker of a small model",
    "engine": "trtllm",
    "versions": {"dynamo": "0.6.0", "trtllm": "1.1.0"},
    "model": {
        "path": "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
        "served_name": "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
    },
    "hardware": {"gpu": "GB200", "gpus_per_node": 4},
}
_TRANSCEIVER = {"cache_transceiver_config": {"backend": "UCX"}}
_ENGINES: Mapping[str, Mapping[str, Any]] = {
    "agg": {"tensor_parallel_size": 4},
    "prefill": {"tensor_parallel_size": 4, "disable_overlap_scheduler": True, **_TRANSCEIVER},
    "decode": {"tensor_parallel_size": 4, **_TRANSCEIVER},
}


def example(text: str) -> tuple[Topology, Context]:
    """Return the topology and context of an example.

    ``engine_configs`` holds the engine file of each role; with ``bare: true`` it holds all of
    it, otherwise a plain file for the role is completed by it. ``context`` holds what
    ``Context`` does.
    """
    document = yaml_text.read(text, "example.yaml")
    data = dict(document.data)
    given = data.pop("engine_configs", {})
    vllm = data.get("engine") == "vllm"
    bare = data.pop("bare", vllm)
    context = data.pop("context", {})
    data.setdefault("roles", {role: {} for role in given} or {"agg": {}})
    engines = {}
    for role in data["roles"]:
        prefix = ("engine_configs", role)
        here = recipes.part(document, prefix) if role in given else None
        own = dict(given.get(role, {}))
        engines[role] = yaml_text.Document(
            f"{role}.yaml" if here is None else document.file,
            own if bare else merged(_ENGINES[role], own),
            here.places if here else {},
            here.scalars if here else {},
        )
    if vllm:
        data.setdefault("versions", {"dynamo": "0.2.1", "vllm": "0.8.4"})
        engines = {role: engine for role, engine in engines.items() if role in given}
    topology = dialects.assemble(merged(_BASE, data), document, engines)
    return topology, _context(context, document)


def _context(data: Mapping[str, Any], document: yaml_text.Document) -> Context:
    """Return the context that an example describes; a file is its data, or null if missing."""
    files = {
        name: None if found is None else recipes.part(document, ("context", "files", name))
        for name, found in data.get("files", {}).items()
    }
    statements = tuple(
        Statement(**{**item, "where": document.where(("context", "statements", index))})
        for index, item in enumerate(data.get("statements", ()))
    )
    return Context(
        allocated_nodes=data.get("allocated_nodes"),
        files=files,
        model=Directory(**data["model"]) if "model" in data else None,
        statements=statements,
    )
