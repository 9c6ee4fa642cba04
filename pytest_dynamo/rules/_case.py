# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What a rule is asked about: a topology, and what is known around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.findings import Where
from pytest_dynamo.rules import _model, _placement
from pytest_dynamo.rules._worker import Value, Worker
from pytest_dynamo.topology import facts, versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_dynamo.topology.model import Role, Topology
    from pytest_dynamo.topology.yaml_text import Document

#: Images that are called after the release of TensorRT-LLM in them.
_IMAGE = re.compile(r"tensorrt-llm/release:(?P<version>\d[0-9a-z.]*)")
_COMMIT = re.compile(r"(?<![0-9a-f])[0-9a-f]{8,40}(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class Directory:
    """A model's directory: the names in it with their sizes, and its JSON files that were read.

    ``problems`` says what is wrong with a file that could not be: ``{"config.json": "..."}``.
    """

    path: str
    sizes: Mapping[str, int]
    json: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def weights(self) -> int | None:
        """Bytes of the checkpoint, None where there is none."""
        found = [size for name, size in self.sizes.items() if name.endswith(".safetensors")]
        return sum(found) or None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a guide or a batch script says of a value: ``key`` is the topology's dotted key.

    ``implied`` is what the same words say of it a second time, where they do.
    """

    key: str
    value: int | float | str
    where: Where
    words: str
    implied: int | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What the files of a topology do not say; empty where nobody looked.

    ``allocated_nodes`` is the size of the allocation. ``files`` are the files that engine files
    name, by the path they are named by, None for one that is not there. ``model`` is the model's
    directory. ``statements`` is what else was written about the deployment.
    """

    allocated_nodes: int | None = None
    files: Mapping[str, Document | None] = field(default_factory=dict)
    model: Directory | None = None
    statements: tuple[Statement, ...] = ()


class Case:
    """One topology under check, with what several rules would otherwise work out again."""

    def __init__(self, topology: Topology, context: Context) -> None:
        self.topology = topology
        self.context = context

    def where(self, path: tuple[str | int, ...]) -> Where:
        """Return the place of a key of the topology, or what replaced its value."""
        for length in range(len(path), 0, -1):
            dotted = ".".join(str(part) for part in path[:length])
            if source := self.topology.sources.get(dotted):
                return Where(source)
        return self.topology.where(path)

    @property
    def roles(self) -> Iterator[tuple[str, Role]]:
        """Every role with its name, in the order in which they are placed."""
        yield from self.topology.roles.items()

    @cached_property
    def workers(self) -> tuple[Worker, ...]:
        """The configuration of every role's workers."""
        return tuple(Worker(self, name, role) for name, role in self.topology.roles.items())

    @cached_property
    def pytorch(self) -> tuple[Worker, ...]:
        """The workers that run TensorRT-LLM's PyTorch backend and whose engine file was read."""
        return tuple(item for item in self.workers if item.pytorch and item.file is not None)

    @cached_property
    def pair(self) -> tuple[Worker, Worker] | None:
        """The prefill and the decode worker, None where they are one or were not read."""
        found = {item.name: item for item in self.pytorch}
        if {"prefill", "decode"} <= set(found):
            return found["prefill"], found["decode"]
        return None

    @cached_property
    def nodes_needed(self) -> int | None:
        """How many nodes the workers fill, None when one of them does not fit its nodes."""
        return _placement.nodes_needed(self.topology)

    @cached_property
    def model(self) -> _model.Shape | None:
        """What is known of the model."""
        directory = self.context.model
        config = None if directory is None else directory.json.get("config.json")
        if directory is None or config is None:
            return _model.shape(self.topology.model, None, None)
        quantized = directory.json.get("hf_quant_config.json", {}).get("quantization")
        merged = {**config, "quantization": quantized} if quantized else config
        return _model.shape(self.topology.model, merged, directory.weights)

    @cached_property
    def gpu(self) -> facts.GpuFacts | None:
        """What is known of the GPU."""
        return facts.gpu(self.topology.hardware.gpu)

    @cached_property
    def release(self) -> versions.Release | None:
        """The release of TensorRT-LLM: stated, or told by the image; None where nobody knows."""
        if self.topology.engine != "trtllm":
            return None
        asked = self.topology.versions.trtllm
        return _release(asked) if asked else self.image_release

    @cached_property
    def image_release(self) -> versions.Release | None:
        """The release that the image is called after."""
        return _in_image(self.topology.container.image or "")

    @cached_property
    def longest_prompt(self) -> Value[int] | None:
        """The longest prompt of the stated load, with the key that says so."""
        load = self.topology.workload
        for key in ("max_isl", "isl"):
            value = None if load is None else getattr(load, key)
            if isinstance(value, int):
                return Value(value, (key,))
        return None

    @cached_property
    def era(self) -> versions.Era | None:
        """The era of Dynamo, None where the release is not known."""
        try:
            return versions.dynamo(self.topology.versions.dynamo)
        except TopologyError:
            return None  # the rule dynamo-version-unknown tells it

    def at_least(self, version: str) -> bool | None:
        """Tell whether the release is this one or later, None where it is not known."""
        return None if self.release is None else self.release.between(since=version)


def _release(asked: str) -> versions.Release | None:
    try:
        return versions.trtllm(asked)
    except TopologyError:
        return None  # the rule engine-version-unknown tells it


def _in_image(image: str) -> versions.Release | None:
    if match := _IMAGE.search(image):
        return _release(match["version"])
    return next(filter(None, map(versions.trtllm_commit, _COMMIT.findall(image))), None)
