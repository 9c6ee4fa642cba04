# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A small sound topology on disk, to break one thing at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.topology import places

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_dynamo.topology.model import Topology

SOUND = """\
name: pair
description: two workers
engine: trtllm
versions:
  dynamo: 0.3.2
  trtllm: 1.0.0rc0
model:
  path: org/m
  served_name: m
hardware:
  gpu: GB200
  gpus_per_node: 4
roles:
  prefill:
    workers: 2
    engine_config: /mnt/prefill.yaml
  decode:
    nodes_per_worker: 2
    engine_config: /mnt/decode.yaml
container:
  mounts: "${TOPOLOGY_DIR}:/mnt"
environment:
  HF_TOKEN: secret-word
"""


@dataclass
class Shelf:
    """A directory of the search path with the topology ``pair`` in it."""

    directory: Path

    def write(self, text: str, name: str = "pair.yaml") -> Path:
        file = self.directory / name
        file.write_text(text, encoding="utf-8")
        return file

    def load(self, *overrides: places.Override, name: str = "pair") -> Topology:
        return places.load(name, [self.directory], overrides)

    def refusal(self, *overrides: places.Override, name: str = "pair") -> TopologyError:
        with pytest.raises(TopologyError) as caught:
            self.load(*overrides, name=name)
        return caught.value


@pytest.fixture
def sound() -> str:
    """Return the text of ``pair.yaml``."""
    return SOUND


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Return a directory that holds ``pair`` and its engine configs, and work in it."""
    monkeypatch.chdir(tmp_path)
    shelf = Shelf(tmp_path)
    shelf.write(SOUND)
    shelf.write("tensor_parallel_size: 4\n", "prefill.yaml")
    shelf.write("tensor_parallel_size: 8\nenable_attention_dp: true\n", "decode.yaml")
    return shelf


@pytest.fixture(
    params=["with blank", "with'quote", 'with"quote', "with;semicolon", "with\nnewline", "-dash",
            "$(touch x)", "ünï"],
    ids=["blank", "quote", "double-quote", "semicolon", "newline", "dash", "command", "unicode"],
)  # fmt: skip
def hostile_shelf(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shelf:
    """Return the same in a directory whose name no shell would survive."""
    monkeypatch.chdir(tmp_path)
    directory = tmp_path / request.param
    directory.mkdir()
    shelf = Shelf(directory)
    shelf.write(SOUND)
    shelf.write("tensor_parallel_size: 4\n", "prefill.yaml")
    shelf.write("tensor_parallel_size: 8\n", "decode.yaml")
    return shelf
