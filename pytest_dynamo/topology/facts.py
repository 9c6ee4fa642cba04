# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is known of the models and GPUs that the guides name, without reading a checkpoint.

The numbers and the source of each are in ``data/models.yaml``. A model or GPU that is not there
is ``None``: what is not known is not judged.
"""

from __future__ import annotations

import importlib.resources
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pytest_dynamo.topology import yaml_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE = "models.yaml"
_MODEL_SOURCES = ("config", "card", "format", "computed")
_GPU_SOURCES = ("system", "product")


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One checkpoint: its dimensions, what it weighs, and what a cached token of it takes.

    ``quantization`` is None for a 16-bit checkpoint, ``experts`` is None for a dense model.
    ``expert_bytes`` is the part of ``checkpoint_bytes`` that expert parallelism divides;
    ``kv_bytes_per_token`` is of all layers and heads, by the cache's type.
    """

    name: str
    aliases: tuple[str, ...]
    attention: Literal["gqa", "mla"]
    layers: int
    moe_layers: int
    mtp_layers: int
    attention_heads: int
    kv_heads: int
    head_dim: int
    context: int
    quantization: str | None
    min_sm: int
    checkpoint_bytes: int
    kv_bytes_per_token: Mapping[str, int] = field(hash=False)
    experts: int | None = None
    experts_per_token: int | None = None
    moe_intermediate_size: int | None = None
    expert_bytes: int = 0
    modality: Literal["text", "multimodal"] = "text"


@dataclass(frozen=True, slots=True)
class GpuFacts:
    """One GPU: ``sm`` is its compute capability, ``per_node`` how many a node is sold with."""

    name: str
    aliases: tuple[str, ...]
    sm: int
    memory_bytes: int
    per_node: int


_Facts = TypeVar("_Facts", bound="ModelFacts | GpuFacts")


def model(*names: str | None) -> ModelFacts | None:
    """Return the facts of the first name that is known, None when none is.

    A name is a repository, an alias, a directory called after one of them, or a snapshot in the
    Hugging Face cache: give the path first and the served name after it, because a served name
    does not say how the checkpoint is quantised.
    """
    known = _models_by_name()
    return next((known[key] for name in names for key in _keys(name) if key in known), None)


def gpu(name: str | None) -> GpuFacts | None:
    """Return the facts of a GPU, None when it is not known."""
    known = _gpus_by_name()
    return next((known[key] for key in _keys(name) if key in known), None)


@cache
def _models_by_name() -> Mapping[str, ModelFacts]:
    return _by_name(models())


@cache
def _gpus_by_name() -> Mapping[str, GpuFacts]:
    return _by_name(gpus())


@cache
def models() -> Mapping[str, ModelFacts]:
    """Return every model there is, by the name of its repository."""
    entries = _data()["models"]
    found = {}
    for name, entry in entries.items():
        merged: dict[str, Any] = {}  # Any: the fields of ModelFacts
        for part in (entries.get(entry.get("base"), {}), entry):
            for source in _MODEL_SOURCES:
                merged.update(part.get(source, {}))
        found[name] = ModelFacts(name=name, aliases=tuple(entry.get("aliases", ())), **merged)
    return found


@cache
def gpus() -> Mapping[str, GpuFacts]:
    """Return every GPU there is, by name."""
    found = {}
    for name, entry in _data()["gpus"].items():
        merged: dict[str, Any] = {}  # Any: the fields of GpuFacts
        for source in _GPU_SOURCES:
            merged.update(entry[source])
        found[name] = GpuFacts(name=name, aliases=tuple(entry["aliases"]), **merged)
    return found


@cache
def _data() -> dict[str, dict[str, Any]]:  # Any: an entry of the file
    file = importlib.resources.files("pytest_dynamo.data").joinpath(_FILE)
    data: dict[str, dict[str, Any]] = yaml_text.read(file.read_text("utf-8"), _FILE).data
    return data


def _by_name(entries: Mapping[str, _Facts]) -> dict[str, _Facts]:
    """Return the entries by every spelling; a full name goes before another's last part."""
    full = [(key, item) for item in entries.values() for key in (item.name, *item.aliases)]
    last = [(key.rpartition("/")[2], item) for key, item in full]
    found: dict[str, _Facts] = {}
    for key, item in (*full, *last):
        found.setdefault(key.casefold(), item)
    return found


def _keys(name: str | None) -> list[str]:
    """Return the spellings to look a name up by, the fullest first."""
    text = (name or "").strip().rstrip("/").casefold()
    if not text:
        return []
    parts = text.split("/")
    cached = [part.removeprefix("models--") for part in parts if part.startswith("models--")]
    return [text, *(part.replace("--", "/") for part in cached), parts[-1]]
