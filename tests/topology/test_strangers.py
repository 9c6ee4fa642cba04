# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A YAML file of another kind is called by its name, with its place and what to do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.topology import dialects, places, yaml_text

if TYPE_CHECKING:
    from pathlib import Path

STRANGERS = {
    "a file of Docker compose": [
        "services: {web: {image: nginx}}",
        "model: a\nservices: {engine: {build: ., command: vllm serve --tensor-parallel-size 3}}",
    ],
    "a resource of Kubernetes, a DynamoGraphDeployment": [
        "apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeployment\nspec: {services: {}}",
    ],
    "a GitHub workflow": ["name: a\non: [push]\njobs: {b: {runs-on: c, steps: [{run: d}]}}"],
    "the values of a Helm chart": ["image: {repository: a, tag: b}\nmodel: c\nreplicaCount: 1"],
    "a recipe for sglang": [
        "model: {path: a}\nresources: {gpu_type: gb200}\nbackend: {type: sglang}",
        "name: a\nmodel: {path: b}\nresources: {agg_nodes: 1}\nbackend: {sglang_config: {agg: {}}}",
        "base: {resources: {agg_nodes: 1}, backend: {type: sglang}}\noverride_a: {name: b}",
        "engine: {type: sglang}\nroles: {agg: {sidecar: true, args: {tensor-parallel-size: 3}}}",
    ],
    "a recipe for vllm": [
        "model: {path: a}\nresources: {gpu_type: gb200}\nengine: vllm",
        "schema: 2\nengine: vllm\nmodel: {path: a}\nroles: {agg: {args: {max-model-len: 9}}}",
    ],
    "a file of SGLang": [
        "model-path: a\ntp-size: 3\nmem-fraction-static: 0.8",
        "model: a\ntensor_parallel_size: 3\nmem_fraction_static: 0.8",
        "SGLangWorker: {tp: 3}\nSGLangDecodeWorker: {tp: 3}",
    ],
}
#: Nothing that has a name here, and no topology that lacks some keys.
OTHERS = [
    "model: meta-llama/Llama-3.1-8B",
    "model: a\nmodel_args: {tensor_parallel_size: 3}\ntasks: [gsm8k]",
    "dsr1-fp4-b200-trt: {image: a, model: b, runner: c, seq-len-configs: []}",
    "metadata: {model_name: a}\nhardware: {gpus_per_node: 8}\nserver_configs: [{name: b}]",
    "1: a\n2: b",
    "true: a\nmodel: b",
    "openapi: 3.0.0\npaths: {}",
]


def refusal(text: str, directory: Path) -> TopologyError:
    """Return what a file is refused with, in the way of the dry run."""
    file = directory / "given.yaml"
    file.write_text(text)
    assert dialects.kind(places.read_document(file).data) in (None, "topology")
    with pytest.raises(TopologyError) as caught:
        places.load(str(file), [])
    return caught.value


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in STRANGERS.items() for text in texts]
)
def test_it_is_called_by_its_name(name: str, text: str, tmp_path: Path) -> None:
    error = refusal(text, tmp_path)

    assert f"neither a topology nor an engine's file: {name}" == error.what
    assert (":1:1", True) == (error.where[-4:], bool(error.remedy))


@pytest.mark.parametrize("text", OTHERS)
def test_what_has_no_name_is_of_another_kind(text: str, tmp_path: Path) -> None:
    error = refusal(text, tmp_path)

    assert error.what.startswith("a YAML of another kind: its keys are ")
    assert error.remedy


def test_what_a_topology_lacks_is_listed(tmp_path: Path) -> None:
    error = refusal_of_a_topology("roles: {agg: {}}\nengine: trtllm", tmp_path)

    assert "give description, versions, model, hardware" == error.remedy


def refusal_of_a_topology(text: str, directory: Path) -> TopologyError:
    (directory / "given.yaml").write_text(text)
    with pytest.raises(TopologyError) as caught:
        places.load("given", [directory])
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "worker_config: {ctx: 3, gen: [1]}",
        "backend: {type: trtllm, trtllm_config: {prefill: 3}}\nresources: 4\nmodel: 3",
        "engine: trtllm\nroles: {prefill: {args: 3}, decode: {args: [1]}}",
    ],
)
def test_a_dialect_without_workers_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(TopologyError, match="worker") as caught:
        dialects.read(yaml_text.read(text, "given.yaml"))

    assert ("given.yaml:1:1", True) == (caught.value.where, bool(caught.value.remedy))


def test_a_list_of_common_values_that_is_none_is_passed_over() -> None:
    text = "Common: {model: a}\nVllmWorker: {common-configs: 3}\n"

    (topology,) = dialects.read(yaml_text.read(text, "given.yaml"))

    assert "a" == topology.model.path
