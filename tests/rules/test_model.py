# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A model's own config.json is read, and is preferred to the table."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.rules import _model as model
from pytest_dynamo.topology.model import Model

DEEPSEEK = {
    "architectures": ["DeepseekV3ForCausalLM"],
    "num_hidden_layers": 61,
    "first_k_dense_replace": 3,
    "hidden_size": 7168,
    "intermediate_size": 18432,
    "moe_intermediate_size": 2048,
    "n_routed_experts": 256,
    "num_experts_per_tok": 8,
    "num_attention_heads": 128,
    "num_key_value_heads": 128,
    "kv_lora_rank": 512,
    "qk_rope_head_dim": 64,
    "num_nextn_predict_layers": 1,
    "max_position_embeddings": 163840,
    "quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]},
}


def test_a_config_says_what_the_table_says() -> None:
    read = model.from_config("r1", DEEPSEEK, 688_600_000_000)
    known = model.shape(Model(path="deepseek-ai/DeepSeek-R1", served_name="r1"), None, None)

    assert known is not None
    for key in ("attention", "layers", "moe_layers", "mtp_layers", "attention_heads", "head_dim",
                "experts", "experts_per_token", "moe_intermediate_size", "context",
                "quantization", "checkpoint_bytes"):  # fmt: skip
        assert getattr(known, key) == getattr(read, key), key
    assert abs(read.expert_bytes / known.expert_bytes - 1) < 0.001


def test_a_multimodal_config_is_read_in_its_text_part() -> None:
    read = model.from_config(
        "maverick",
        {
            "architectures": ["Llama4ForConditionalGeneration"],
            "vision_config": {"num_attention_heads": 16},
            "text_config": {
                "num_attention_heads": 40,
                "num_key_value_heads": 8,
                "head_dim": 128,
                "hidden_size": 5120,
                "num_hidden_layers": 48,
                "interleave_moe_layer_step": 2,
                "num_local_experts": 128,
                "intermediate_size": 8192,
            },
        },
        None,
    )

    assert (40, 8, 128, 24) == (
        read.attention_heads, read.kv_heads, read.experts, read.moe_layers
    )  # fmt: skip
    assert read.multimodal


def test_the_quantisation_of_modelopt_is_found_beside_the_config() -> None:
    config = {**DEEPSEEK, "quantization": {"quant_algo": "NVFP4", "kv_cache_quant_algo": None}}

    assert ("NVFP4", 100) == (
        model.from_config("r1", config, 1).quantization,
        model.from_config("r1", config, 1).min_sm,
    )


def test_a_recipe_that_names_another_quantisation_is_not_weighed() -> None:
    found = model.shape(
        Model(path="DeepSeek-R1-0528", served_name="r1", quantization="fp4"), None, None
    )

    assert found is not None
    assert ("NVFP4", None, 128) == (
        found.quantization, found.checkpoint_bytes, found.attention_heads
    )  # fmt: skip


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(
    st.integers()
)  # fmt: skip
KEYS = st.sampled_from([*DEEPSEEK, "text_config", "quantization", "head_dim", "num_experts"])


@given(
    st.dictionaries(KEYS, VALUES | st.dictionaries(KEYS, VALUES, max_size=4)),
    st.none() | st.integers(0),
)
def test_no_config_makes_it_fail(config: dict[str, object], weights: int | None) -> None:
    found = model.from_config("any", config, weights)

    assert "any" == found.name
    assert found.expert_bytes <= (weights or 0)
