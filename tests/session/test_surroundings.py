# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What stands around a topology on this host is read, whatever state it is in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo import rules
from pytest_dynamo.errors import TopologyError
from pytest_dynamo.rules._examples import example
from pytest_dynamo.session.surroundings import around

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_dynamo.topology.model import Topology

CONFIG = {"architectures": ["LlamaForCausalLM"], "num_attention_heads": 40, "hidden_size": 5120,
          "num_key_value_heads": 8, "num_hidden_layers": 2, "intermediate_size": 8192}  # fmt: skip


def topology(path: object, more: str = "") -> Topology:
    return example(f"model: {{path: {json.dumps(str(path))}, served_name: own}}\n{more}")[0]


def checkpoint(directory: Path) -> Path:
    directory.mkdir(parents=True)
    (directory / "config.json").write_text(json.dumps(CONFIG))
    (directory / "tokenizer.json").write_text("{}")
    (directory / "model.safetensors").write_bytes(b"1234")
    return directory


def codes(given: Topology, environ: dict[str, str] | None = None) -> set[str]:
    context = around(given, environ or {})
    return {item.code for item in rules.check(given, context=context) if item.level == "error"}


def test_a_local_config_is_what_heads_are_held_against(tmp_path: Path) -> None:
    path = checkpoint(tmp_path / "it's; a model")
    more = "roles: {agg: {nodes_per_worker: 4}}\nengine_configs: {agg: {tensor_parallel_size: 16}}"

    assert {"DYN101"} == codes(topology(path, more))


def test_the_model_is_looked_for_through_the_mounts(tmp_path: Path) -> None:
    checkpoint(tmp_path / "models" / "own")
    mounts = f'container: {{image: x, mounts: "{tmp_path}/models:/mnt"}}'
    context = around(topology("/mnt/own", mounts), {})

    assert context.model is not None
    assert 4 == context.model.weights


def test_a_repository_is_looked_for_in_the_cache(tmp_path: Path) -> None:
    cached = tmp_path / "hub" / "models--some--model"
    checkpoint(cached / "snapshots" / "abc")
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("abc")
    context = around(topology("some/model"), {"HF_HOME": str(tmp_path)})

    assert context.model is not None
    assert {"config.json", "tokenizer.json", "model.safetensors"} == set(context.model.sizes)


def test_a_model_that_is_not_here_is_not_judged(tmp_path: Path) -> None:
    assert around(topology(tmp_path / "nowhere"), {}).model is None
    assert around(topology("some/model"), {"HF_HOME": str(tmp_path)}).model is None


@pytest.mark.parametrize("text", ["", "{", "[1]", "nul", '{"a": ' * 5000])
def test_a_broken_config_is_a_finding_and_no_traceback(tmp_path: Path, text: str) -> None:
    path = checkpoint(tmp_path / "model")
    (path / "config.json").write_text(text)

    assert {"DYN603"} == codes(topology(path))


def test_a_directory_where_a_file_should_be_is_a_finding(tmp_path: Path) -> None:
    path = checkpoint(tmp_path / "model")
    (path / "config.json").unlink()
    (path / "config.json").mkdir()

    assert {"DYN603"} == codes(topology(path))


def test_a_part_that_the_index_names_and_the_directory_lacks_is_told(tmp_path: Path) -> None:
    path = checkpoint(tmp_path / "model")
    index = {"weight_map": {"a": "model.safetensors", "b": "model-2.safetensors"}}
    (path / "model.safetensors.index.json").write_text(json.dumps(index))
    (path / "model-2.safetensors").symlink_to(tmp_path / "blobs" / "gone")

    assert {"DYN603"} == codes(topology(path))


def test_the_load_balancers_file_is_read_through_the_mounts(tmp_path: Path) -> None:
    (tmp_path / "eplb.yaml").write_text("num_slots: 290\n")
    given = topology(
        "nvidia/DeepSeek-R1-FP4",
        f'container: {{image: x, mounts: "{tmp_path}:/mnt"}}\n'
        "roles: {agg: {nodes_per_worker: 4}}\n"
        "engine_configs: {agg: {tensor_parallel_size: 16, moe_expert_parallel_size: 16, "
        "enable_attention_dp: true, moe_config: {backend: WIDEEP, "
        "load_balancer: /mnt/eplb.yaml}}}",
    )
    (finding,) = [
        item for item in rules.check(given, context=around(given, {})) if item.level == "error"
    ]

    assert "DYN109" == finding.code
    assert finding.where.file.endswith("eplb.yaml")
    (tmp_path / "eplb.yaml").unlink()
    assert {"DYN417"} == codes(given)


def test_the_allocation_says_how_many_nodes_there_are() -> None:
    given = example("roles: {prefill: {workers: 2}, decode: {}}")[0]

    assert {"DYN402"} == codes(given, {"SLURM_JOB_NUM_NODES": "2"})
    assert set() == codes(given, {"SLURM_JOB_NUM_NODES": "3"})
    assert set() == codes(given, {"SLURM_JOB_NUM_NODES": "3(x)"})


def test_texts_that_state_numbers_are_read_and_a_missing_one_is_told(tmp_path: Path) -> None:
    text = tmp_path / "job.sbatch"
    text.write_bytes(b"#!/bin/sh\n#SBATCH --nodes=18\n\xff\n")
    (said,) = around(topology("m"), {}, [text]).statements

    assert ("nodes", 18, 2) == (said.key, said.value, said.where.line)
    with pytest.raises(TopologyError, match=r"cannot be read"):
        around(topology("m"), {}, [tmp_path / "none"])
