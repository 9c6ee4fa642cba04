# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The memory of a rank, against worked examples and the engine's own log."""

from __future__ import annotations

import pytest

from pytest_dynamo import rules
from pytest_dynamo.rules import _memory as memory
from pytest_dynamo.rules._case import Case
from pytest_dynamo.rules._examples import example


def of(text: str) -> memory.Memory:
    topology, context = example(text)
    case = Case(topology, context)
    found = memory.of(case, case.workers[0])
    assert found is not None
    return found


R1 = """
model: {path: %s, served_name: r1}
hardware: {gpu: %s, gpus_per_node: 8}
roles: {agg: {nodes_per_worker: %d}}
engine_configs:
  agg: {tensor_parallel_size: %d, moe_expert_parallel_size: %d, enable_attention_dp: true,
        kv_cache_config: {dtype: fp8}%s}
"""
MTP = ", speculative_config: {decoding_type: MTP, num_nextn_predict_layers: 1}"


@pytest.mark.parametrize(
    ("given", "gigabytes"),
    [
        (("deepseek-ai/DeepSeek-R1", "H200", 1, 8, 8, ""), 100.6),
        (("deepseek-ai/DeepSeek-R1", "H100", 2, 16, 16, ""), 62),
        (("nvidia/DeepSeek-R1-FP4", "B200", 1, 4, 4, MTP), 130.6),
    ],
)
def test_weights_of_a_rank_are_within_5_per_cent_of_worked_examples(
    given: tuple[object, ...], gigabytes: float
) -> None:
    found = of(R1 % given)

    assert abs(found.weights / 1e9 / gigabytes - 1) < 0.05


@pytest.mark.parametrize("tp", [8, 16])
def test_a_latent_cache_is_not_divided_and_agrees_with_the_engines_log(tp: int) -> None:
    found = of(R1 % ("deepseek-ai/DeepSeek-R1", "H200", tp // 8, tp, tp, ""))

    assert 35136 == found.token  # "kv size is 35136"


def test_kv_heads_are_divided_until_one_is_left() -> None:
    text = """
model: {path: nvidia/Llama-3.1-405B-Instruct-FP4, served_name: llama}
hardware: {gpu: B200, gpus_per_node: 16}
engine_configs: {agg: {tensor_parallel_size: %d, kv_cache_config: {dtype: fp8}}}
"""

    assert [64512, 32256, 32256] == [of(text % tp).token for tp in (4, 8, 16)]


def test_the_buffer_of_guide_003_is_1_3_gb_for_each_direction() -> None:
    text = """
model: {path: nvidia/Llama-3.1-405B-Instruct-FP4, served_name: llama}
roles: {prefill: {}, decode: {}}
engine_configs:
  prefill:
    kv_cache_config: {dtype: fp8}
    cache_transceiver_config: {backend: UCX, max_tokens_in_buffer: 20192}
"""
    found = of(text)

    assert found.buffers is not None
    assert 1.30 == round(found.buffers / 2 / 1e9, 2)


def test_a_served_name_does_not_say_what_a_checkpoint_weighs() -> None:
    topology, context = example(
        "model: {path: /models/own, served_name: deepseek-ai/DeepSeek-R1}\n"
    )
    case = Case(topology, context)

    assert case.model is not None
    assert 128 == case.model.attention_heads
    assert memory.of(case, case.workers[0]) is None


def test_the_table_has_a_line_for_each_role() -> None:
    topology, context = example("roles: {prefill: {}, decode: {}}\n")
    lines = rules.memory_table(topology, context)

    assert ["role", "prefill", "decode"] == [line.split()[0] for line in lines]
    assert 1 == len({len(line) for line in lines})
