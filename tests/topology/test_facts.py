# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is known of models and GPUs: the arithmetic, and the names they are found by."""

from __future__ import annotations

import importlib.resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.topology import facts, places, yaml_text

R1, R1_FP4 = "deepseek-ai/DeepSeek-R1", "nvidia/DeepSeek-R1-FP4"
L405, L405_FP4 = "meta-llama/Llama-3.1-405B-Instruct", "nvidia/Llama-3.1-405B-Instruct-FP4"
MAVERICK = "meta-llama/Llama-4-Maverick-17B-128E-Instruct"
SMALL = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (R1, R1),
        (R1_FP4, R1_FP4),
        ("NVIDIA/deepseek-r1-fp4", R1_FP4),
        ("/models/DeepSeek-R1-FP4/", R1_FP4),
        ("/models/deepseek-r1", R1),
        ("nvidia/DeepSeek-R1", R1),
        ("/hub/models--nvidia--DeepSeek-R1-FP4/snapshots/0a1b2c", R1_FP4),
        ("/your/path/to/model/llama3.1-405b-instruct-hf-torch-fp4", L405_FP4),
        ("  deepseek-ai/DeepSeek-V3  ", R1),
    ],
)
def test_a_model_is_found_by_path_name_or_alias(name: str, expected: str) -> None:
    found = facts.model(name)

    assert found
    assert expected == found.name


@pytest.mark.parametrize("name", ["", " ", "/", "//", None, "/models/mine", "models--", "gpt-2"])
def test_a_model_that_is_not_known_is_none(name: str | None) -> None:
    assert facts.model(name) is None


def test_the_first_name_that_is_known_decides() -> None:
    found = facts.model(None, "/scratch/weights", L405_FP4, L405)

    assert found
    assert L405_FP4 == found.name


@given(st.text())
def test_no_name_is_an_error(name: str) -> None:
    found = (facts.model(name), facts.gpu(name))

    assert all(item is None or item.name for item in found)


@pytest.mark.parametrize("name", ["GB200", "gb200", "GB200-NVL72"])
def test_a_gpu_is_found_by_name_or_alias(name: str) -> None:
    found = facts.gpu(name)

    assert found
    assert ("GB200", 100, 4) == (found.name, found.sm, found.per_node)


@pytest.mark.parametrize("name", [None, "", "TPU"])
def test_a_gpu_that_is_not_known_is_none(name: str | None) -> None:
    assert facts.gpu(name) is None


def test_a_quantised_checkpoint_has_the_dimensions_of_its_base() -> None:
    base, quantised = facts.models()[R1], facts.models()[R1_FP4]

    assert (base.attention_heads, base.experts, base.kv_bytes_per_token) == (
        quantised.attention_heads,
        quantised.experts,
        quantised.kv_bytes_per_token,
    )


@pytest.mark.parametrize("name", sorted(facts.models()))
def test_the_stated_cache_size_is_what_the_dimensions_give(name: str) -> None:
    model = facts.models()[name]
    heads = 1 if model.attention == "mla" else 2 * model.kv_heads  # one latent, or keys and values

    assert {
        "bf16": model.layers * heads * model.head_dim * 2,
        "fp8": model.layers * heads * model.head_dim,
    } == model.kv_bytes_per_token


@pytest.mark.parametrize("name", sorted(facts.models()))
def test_experts_are_a_part_of_the_checkpoint(name: str) -> None:
    model = facts.models()[name]

    assert (model.experts is not None, True) == (
        model.expert_bytes > 0,
        0 <= model.expert_bytes < model.checkpoint_bytes,
    )


def test_sizes_agree_with_what_the_cards_say() -> None:
    sizes = {name: model.checkpoint_bytes for name, model in facts.models().items()}

    assert (1.6, 3.5, 16.1) == (
        round(sizes[R1] / sizes[R1_FP4], 1),
        round(sizes[L405] / sizes[L405_FP4], 1),
        round(sizes[SMALL] / 1e9, 1),
    )


def test_maverick_is_multimodal_and_has_forty_heads() -> None:
    model = facts.models()[MAVERICK]

    assert ("multimodal", 40, 8) == (model.modality, model.attention_heads, model.kv_heads)


def test_no_two_models_share_a_name() -> None:
    names = [
        key.casefold()
        for model in facts.models().values()
        for key in (model.name, *model.aliases)
    ]

    assert sorted(set(names)) == sorted(names)


def test_every_number_stands_under_a_source() -> None:
    text = (importlib.resources.files("pytest_dynamo.data") / "models.yaml").read_text("utf-8")
    data = yaml_text.read(text, "models.yaml").data
    sections = {
        section
        for kind in ("models", "gpus")
        for entry in data[kind].values()
        for section in entry
    }

    assert {
        "aliases", "base", "config", "card", "format", "computed", "system", "product",
    } == sections  # fmt: skip


@pytest.mark.parametrize("name", sorted(places.names([places.bundled()])))
def test_every_bundled_topology_names_a_known_model_and_gpu(name: str) -> None:
    topology = places.load(name, [places.bundled()])
    model = facts.model(topology.model.path, topology.model.served_name)
    gpu = facts.gpu(topology.hardware.gpu)

    assert model
    assert gpu
    assert (model.quantization, model.modality, gpu.per_node) == (
        topology.model.quantization,
        topology.model.modality,
        topology.hardware.gpus_per_node,
    )
