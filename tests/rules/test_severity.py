# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What only looks like an error is none: what is not known is not judged."""

from __future__ import annotations

import pytest

from pytest_dynamo import rules
from pytest_dynamo.rules._examples import example

PAIR = """
versions: {{dynamo: 0.2.1, trtllm: {release}}}
bare: true
engine_configs:
  prefill: {{tensor_parallel_size: 1, pytorch_backend_config: {{{overlap}}}}}
  decode: {{tensor_parallel_size: 1}}
"""
R1 = "model: {path: nvidia/DeepSeek-R1-FP4, served_name: r1}\n"


def levels(text: str, code: str) -> set[str]:
    topology, context = example(text)
    return {item.level for item in rules.check(topology, context=context) if item.code == code}


@pytest.mark.parametrize(
    ("release", "overlap", "expected"),
    [
        ("0.19.0", "", set()),
        ("0.19.0", "enable_overlap_scheduler: false", set()),
        ("0.19.0", "enable_overlap_scheduler: true", {"error"}),
        ("0.20.0", "", {"error"}),
        ("0.20.0", "disable_overlap_scheduler: true", set()),
        ("0.20.0", "enable_overlap_scheduler: false", {"error"}),  # gone by then, so it is on
        ("null", "enable_overlap_scheduler: false", set()),
    ],
)
def test_the_overlap_scheduler_was_off_before_it_was_on(
    release: str, overlap: str, expected: set[str]
) -> None:
    assert expected == levels(PAIR.format(release=release, overlap=overlap), "DYN304")


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        ("enable_attention_dp: true", set()),  # the command line may say tp
        ("", set()),
        ("enable_attention_dp: false", {"error"}),
        ("tensor_parallel_size: 1, enable_attention_dp: true", {"error"}),
        ("tensor_parallel_size: 4", {"error"}),
    ],
)
def test_a_file_without_tp_is_not_one_rank(engine: str, expected: set[str]) -> None:
    wide = f"moe_config: {{backend: WIDEEP}}, {engine}"
    balanced = f"moe_config: {{load_balancer: {{num_slots: 288}}}}, {engine}"
    for section, code in ((wide, "DYN113"), (balanced, "DYN112")):
        text = f"""{R1}
versions: {{trtllm: 1.2.0}}
bare: true
engine_configs: {{agg: {{{section.rstrip(", ")}}}}}
"""

        assert expected == levels(text, code)


@pytest.mark.parametrize(
    ("tp", "gpus", "expected"),
    [(8, 8, set()), (8, 4, {"error"}), (4, 8, {"warning"}), (16, 1, set()), (16, 16, set())],
)
def test_ray_places_more_ranks_than_a_node_has_gpus(
    tp: int, gpus: int, expected: set[str]
) -> None:
    text = f"""
engine: vllm
hardware: {{gpu: unknown, gpus_per_node: 16}}
engine_configs:
  agg: {{VllmWorker: {{tensor-parallel-size: {tp}, ServiceArgs: {{resources: {{gpu: {gpus}}}}}}}}}
"""

    assert expected == levels(text, "DYN425")


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("deepseek-ai/DeepSeek-R1", "error"),
        ("nvidia/DeepSeek-R1-FP4", "warning"),  # such a checkpoint may say the cache's type
        ("/models/r1", "warning"),
    ],
)
def test_auto_may_be_what_the_other_side_says(model: str, expected: str) -> None:
    text = f"""
model: {{path: {model}, served_name: deepseek-ai/DeepSeek-R1}}
engine_configs:
  prefill: {{tensor_parallel_size: 8, kv_cache_config: {{dtype: auto}}}}
  decode: {{tensor_parallel_size: 8, kv_cache_config: {{dtype: fp8}}}}
"""

    assert {expected} == levels(text, "DYN305")


@pytest.mark.parametrize(
    ("image", "release"),
    [
        ("nvcr.io/nvidia/tensorrt-llm/release:1.3.0rc24", "1.3.0rc24"),
        ("own/trtllm:e4c70784", "1.2.0rc5"),
        ("/images/tensorrt-llm-202511021230-8838.sqsh", None),  # a date is no commit
        ("/images/release-arm64-dev202609210001.sqsh", None),
        ("own/trtllm:0123abcd", None),
    ],
)
def test_an_image_tells_a_release_by_its_name_or_a_known_commit(
    image: str, release: str | None
) -> None:
    topology, context = example(f"versions: {{trtllm: null}}\ncontainer: {{image: '{image}'}}\n")
    found = rules.Case(topology, context).release

    assert release == (None if found is None else found.version)


@pytest.mark.parametrize(
    ("release", "graphs", "expected"),
    [
        ("1.2.0", "max_batch_size: 4, batch_sizes: [1, 2, 3, 4]", set()),
        ("1.2.0", "max_batch_size: 4, batch_sizes: [4, 2, 1]", {"error"}),
        ("1.2.0", "max_batch_size: 24, batch_sizes: [1, 2, 4, 8, 16, 24]", {"error"}),
        ("1.2.0", "max_batch_size: 0, batch_sizes: [1, 2, 4]", set()),
        ("1.3.0rc3", "max_batch_size: 4, batch_sizes: [4, 2, 1]", set()),
        ("null", "max_batch_size: 4, batch_sizes: [4, 2, 1]", set()),
        ("null", "max_batch_size: 8, batch_sizes: [1, 2, 4]", {"error"}),
    ],
)
def test_two_ways_to_say_the_graphs_must_agree_as_the_release_asks(
    release: str, graphs: str, expected: set[str]
) -> None:
    text = f"""
versions: {{trtllm: {release}}}
engine_configs: {{agg: {{max_batch_size: 64, cuda_graph_config: {{{graphs}}}}}}}
"""

    assert expected == levels(text, "DYN204")


@pytest.mark.parametrize("powers", ["", "256, "])  # two releases, two lists
def test_a_generated_list_of_either_kind_agrees(powers: str) -> None:
    sizes = f"[1, 2, 4, {', '.join(map(str, range(8, 129, 8)))}, {powers}500]"
    text = f"""
versions: {{trtllm: 1.2.0}}
engine_configs:
  agg:
    max_batch_size: 512
    cuda_graph_config: {{max_batch_size: 500, enable_padding: true, batch_sizes: {sizes}}}
"""

    assert set() == levels(text, "DYN204")


@pytest.mark.parametrize(
    ("release", "engine", "expected"),
    [
        ("1.2.0", "triton_config: {decoupled: true, own: 1}", set()),  # Triton takes it out
        ("1.2.0", "speculative_config: {decoding_type: MTP, speculative_model: /m}", {"info"}),
        ("1.1.0", "speculative_config: {decoding_type: MTP, speculative_model: /m}", {"error"}),
        ("1.1.0rc1", "use_torch_sampler: true", set()),
        ("1.1.0", "use_torch_sampler: true", {"warning"}),
    ],
)
def test_a_key_of_a_release_that_nobody_read_is_no_error(
    release: str, engine: str, expected: set[str]
) -> None:
    text = f"versions: {{trtllm: {release}}}\nengine_configs: {{agg: {{{engine}}}}}\n"

    assert expected == levels(text, "DYN501") | levels(text, "DYN502") | levels(text, "DYN504")


@pytest.mark.parametrize("word", ['"{ep}"', '"${EP}"', '"$EP"', "<ep>"])
def test_a_word_that_a_script_replaces_is_no_wrong_value(word: str) -> None:
    text = f"""
bare: true
engine_configs:
  agg:
    tensor_parallel_size: 4
    moe_expert_parallel_size: {word}
    max_batch_size: {word}
    enable_attention_dp: {word}
    cuda_graph_config: {{max_batch_size: {word}}}
"""
    topology, context = example(text)

    assert "error" not in {item.level for item in rules.check(topology, context=context)}
