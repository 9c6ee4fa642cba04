# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A configuration as plain data, and what mutations do to it; where the clean ones are from."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pytest_dynamo import rules
from pytest_dynamo.rules import _case, _examples, _memory, _schema, _worker
from pytest_dynamo.topology import dialects, places, versions, yaml_text

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_dynamo.findings import Finding
    from pytest_dynamo.topology.model import Topology

_SIZES = (
    "tensor_parallel_size", "moe_expert_parallel_size", "pipeline_parallel_size",
    "context_parallel_size", "moe_tensor_parallel_size", "moe_cluster_parallel_size",
    "gpus_per_node",
)  # fmt: skip


@dataclass
class Config:
    """A configuration as plain data, so that one thing of it can be changed.

    ``case`` stays that of the clean one: mutations ask it what they may break.
    """

    name: str
    data: dict[str, Any]  # Any: YAML data, here and below
    engines: dict[str, dict[str, Any]]
    context: _case.Context
    case: _case.Case = field(init=False)

    def __post_init__(self) -> None:
        self.case = _case.Case(self.build(), self.context)

    def copy(self) -> Config:
        """Return one to break; what is not data is shared."""
        other = copy.copy(self)
        other.data, other.engines = copy.deepcopy((self.data, self.engines))
        return other

    def build(self) -> Topology:
        """Return the topology that the data describe now."""
        documents = {
            role: yaml_text.Document(f"{role}.yaml", data, {}, {})
            for role, data in self.engines.items()
        }
        nowhere = yaml_text.Document(f"{self.name}.yaml", self.data, {}, {})
        return dialects.assemble(self.data, nowhere, documents)

    def findings(self) -> list[Finding]:
        """Return what the rules say of it now."""
        return rules.check(self.build(), context=self.context)

    @property
    def pytorch(self) -> dict[str, dict[str, Any]]:
        """The engine files that the rules of TensorRT-LLM are about."""
        return {worker.name: self.engines[worker.name] for worker in self.case.pytorch}

    @property
    def pair(self) -> bool:
        """Whether prefill and decode are apart, and both engine files are known."""
        return self.case.pair is not None

    @property
    def graphs(self) -> bool:
        """Whether a role is started by ``dynamo serve``."""
        return any(role.get("graph") for role in self.data["roles"].values())

    @property
    def shape(self) -> Any:
        """What is known of the model."""
        return self.case.model

    @property
    def per_node(self) -> int:
        """How many GPUs a node has."""
        found: int = self.data["hardware"]["gpus_per_node"]
        return found

    def first(self) -> dict[str, Any]:
        """The engine file of the first role."""
        return next(iter(self.pytorch.values()))

    def section(self, role: str, key: str) -> dict[str, Any]:
        """The section of an engine file, made where there is none."""
        engine = self.engines[role]
        if not isinstance(engine.get(key), dict):
            engine[key] = {}
        found: dict[str, Any] = engine[key]
        return found

    def between(self, since: str, before: str | None = None) -> bool:
        """Tell whether the release is known and in a range."""
        release = self.case.release
        return release is not None and release.between(since, before)

    def split(self, role: str, **sizes: Any) -> None:
        """Give a role another parallelism, and nodes of which one holds each worker."""
        engine = self.engines[role]
        for key in _SIZES:
            engine.pop(key, None)
        engine.update(sizes)
        self.data["roles"][role].update(nodes_per_worker=1, own_nodes=True)
        self.data["hardware"]["gpus_per_node"] = max(self._world(role), self.per_node)
        self.data["nodes"] = None

    def _world(self, role: str) -> int:
        world = 1
        for key in ("tensor_parallel_size", "pipeline_parallel_size", "context_parallel_size"):
            world *= self.engines[role].get(key, 1)
        return world

    def spread(self, role: str, **sizes: Any) -> bool:
        """Give a role another parallelism on nodes as they are; False where GPUs would be idle."""
        engine = self.engines[role]
        for key in _SIZES:
            engine.pop(key, None)
        engine.update(sizes)
        return self.place(role)

    def place(self, role: str) -> bool:
        """Give a role as many nodes as its ranks fill; False where they do not fill them."""
        world = self._world(role)
        nodes = -(-world // self.per_node)
        self.data["roles"][role].update(nodes_per_worker=nodes, own_nodes=False)
        self.data["nodes"] = None
        return nodes == 1 or world == nodes * self.per_node

    def holds(self) -> bool:
        """Tell whether the weights fit the GPUs, as the configuration is now."""
        case = _case.Case(self.build(), self.context)
        room = [_memory.of(case, worker) for worker in case.pytorch]
        return all(
            item is None or item.weights * 1.1 + _memory.RESERVE_BYTES < item.total for item in room
        )

    def put(self, role: str, name: str, value: Any) -> bool:
        """Write a value at the newest key that the release knows; False where it knows none."""
        worker = next(item for item in self.case.workers if item.name == role)
        dashed = self.data["engine"] == "vllm"
        for path in _worker.PATHS[name]:
            if dashed == ("-" in str(path[-1])) and self.takes(role, *path):
                here: Any = self.engines[role]
                for key in (*worker.prefix, *path[:-1]):
                    below = here.get(key)
                    here[key] = here = below if isinstance(below, dict) else {}
                here[path[-1]] = value
                return True
        return False

    def takes(self, role: str, *path: str | int) -> bool:
        """Tell whether the release, or one that takes the file as it is, knows a key."""
        if self.data["engine"] == "vllm":
            return True
        release, key = self.case.release, _schema.dotted(path)
        possible = _schema.accepting(self.engines[role]) if release is None else [release.version]
        return any(_schema.verdict(key, version).state == "known" for version in possible)

    def moves_to(self, release: str) -> bool:
        """Change the release, where it takes the engine files as they are."""
        if not self.pytorch or self.case.release is None:
            return False
        if self.case.release.version == release:
            return True
        self.data["versions"]["trtllm"] = release
        self.data.pop("container", None)  # its image may be called after the other
        version = versions.trtllm(release).version
        keys = [path for engine in self.engines.values() for path, _ in _schema.walk(engine)]
        if any(_schema.verdict(_schema.dotted(key), version).state != "known" for key in keys):
            return False
        before = {item.code for item in rules.check(self.case.topology, context=self.context)}
        return all(item.level == "info" or item.code in before for item in self.findings())

    def surround(self, **known: Any) -> None:
        """Change what is known around the topology."""
        self.context = replace(self.context, **known)


def plain(topology: Topology, context: _case.Context) -> Config:
    """Return a topology as plain data."""
    data = topology.model_dump(exclude_none=True)
    engines = {name: copy.deepcopy(file.data) for name, file in topology.engine_files.items()}
    for name in engines:
        data["roles"][name].pop("parallel", None)
    return Config(topology.name, data, engines, context)


def clean(corpus: Path | None = None) -> list[Config]:
    """Return the configurations without an error: what ships, the good examples, a corpus."""
    directories = [places.bundled()]
    found = [
        plain(places.load(name, directories), rules.Context()) for name in places.names(directories)
    ]
    for rule in rules.catalogue():
        topology, context = _examples.example(rule.good)
        config = plain(topology, context)
        config.name = f"{rule.code} good"
        found.append(config)
    for file in sorted(corpus.rglob("*.y*ml")) if corpus else ():
        document = places.read_document(file)
        if dialects.kind(document.data) is not None:  # a corpus holds its index too
            found += [plain(item, rules.Context()) for item in dialects.read(document)]
    return [
        config for config in found if not any(item.level == "error" for item in config.findings())
    ]
