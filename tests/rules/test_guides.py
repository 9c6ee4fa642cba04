# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What is wrong in the guides is found by rules, and what only looks wrong is not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_dynamo import rules
from pytest_dynamo.rules import _statements as statements
from pytest_dynamo.rules._examples import example
from pytest_dynamo.topology import places
from pytest_dynamo.topology.overrides import Override

if TYPE_CHECKING:
    from pytest_dynamo.findings import Finding
    from pytest_dynamo.topology.model import Topology

GUIDES = Path(__file__).resolve().parents[3] / "shared" / "guides"
GUIDE_003 = (
    "Total GPU Usage: 72 GPUs (14 context servers \u00d7 4 GPUs + "
    "2 generation servers \u00d7 8 GPUs)"
)
MAVERICK = """
model:
  path: meta-llama/Llama-4-Maverick-17B-128E-Instruct
  served_name: meta-llama/Llama-4-Maverick-17B-128E-Instruct
"""


def mlperf(**versions: str) -> Topology:
    overrides = [Override(f"versions.{key}", value, "a test") for key, value in versions.items()]
    return places.load("mlperf_llama405b_disagg", [places.bundled()], overrides)


def found(text: str, level: str = "error") -> list[Finding]:
    topology, context = example(text)
    return [item for item in rules.check(topology, context=context) if item.level == level]


def test_tp16_does_not_split_mavericks_40_heads_and_8_is_the_nearest_that_does() -> None:
    text = f"""{MAVERICK}
hardware: {{gpu: GB200, gpus_per_node: 4}}
roles: {{agg: {{nodes_per_worker: 4}}}}
engine_configs: {{agg: {{tensor_parallel_size: 16}}}}
"""
    (finding,) = found(text)

    assert "DYN101" == finding.code
    assert "40 attention heads do not split over tensor_parallel_size=16" in finding.message
    assert finding.remedy.startswith("tensor_parallel_size: 8;")
    assert "enable_attention_dp" in finding.remedy
    assert (8, 24) == (finding.where.line, finding.where.column)


def test_attention_data_parallelism_waives_the_heads() -> None:
    text = f"""{MAVERICK}
hardware: {{gpu: GB200, gpus_per_node: 4}}
roles: {{agg: {{nodes_per_worker: 4}}}}
engine_configs: {{agg: {{tensor_parallel_size: 16, enable_attention_dp: true}}}}
"""

    assert "DYN101" not in {item.code for item in found(text)}


@pytest.mark.parametrize("tp", [5, 10, 20])
def test_what_divides_the_heads_but_not_the_kv_heads_is_found_too(tp: int) -> None:
    text = f"""{MAVERICK}
hardware: {{gpu: H100, gpus_per_node: 20}}
engine_configs: {{agg: {{tensor_parallel_size: {tp}}}}}
"""

    assert "DYN102" in {item.code for item in found(text)}


def test_eight_nodes_of_h100_leave_48_gpus_idle_for_tp16() -> None:
    text = f"""{MAVERICK}
hardware: {{gpu: H100, gpus_per_node: 8}}
roles: {{agg: {{nodes_per_worker: 8}}}}
engine_configs: {{agg: {{tensor_parallel_size: 16}}}}
"""

    assert "DYN101" in {item.code for item in found(text)}
    assert "16 ranks on 8 node(s) x 8 GPUs = 64: 48 are idle" in found(text, "warning")[0].message


def test_the_sentence_about_eight_nodes_contradicts_itself() -> None:
    said = statements.read("not possible with 8 nodes of H100 with TP=16", "guide.md")

    assert [("tp", 16, 64)] == [(item.key, item.value, item.implied) for item in said]


def test_two_generation_servers_of_8_gpus_are_not_four_of_tp4() -> None:
    context = rules.Context(statements=statements.read(GUIDE_003, "guide.md"))
    messages = [
        item.message for item in rules.check(mlperf(), context=context) if item.code == "DYN424"
    ]

    assert 2 == len(messages)
    assert "says roles.decode.workers is 2; the topology has 4" in messages[0]
    assert "says roles.decode.gpus is 8; the topology has 4" in messages[1]


def test_the_rate_of_the_settings_is_not_the_rate_of_the_guide() -> None:
    said = statements.read("*.Server.min_duration = 600000\n*.Server.target_qps = 14.49\n", "user")
    found = [
        item
        for item in rules.check(mlperf(), context=rules.Context(statements=said))
        if item.code == "DYN424"
    ]

    assert ["user:2:10"] == [str(item.where) for item in found]
    assert "says workload.qps is 14.49; the topology has 15.75" in found[0].message


def test_what_the_guide_says_rightly_is_not_held_against_it() -> None:
    said = statements.read("#SBATCH --nodes=18\nserver_target_qps = 15.75\n", "guide")
    codes = {item.code for item in rules.check(mlperf(), context=rules.Context(statements=said))}

    assert 2 == len(said)
    assert "DYN424" not in codes


@pytest.mark.parametrize(
    ("release", "prefill", "decode"),
    [("cd2f9fa62f1c", 0, 0), ("1.0.0rc2", 0, 0), ("1.0.0rc4", 2, 5), ("1.1.0", 2, 5)],
)
def test_the_405b_keys_are_right_at_their_commit_and_refused_from_rc4_on(
    release: str, prefill: int, decode: int
) -> None:
    errors = [
        item.where.file.rpartition("/")[2]
        for item in rules.check(mlperf(trtllm=release))
        if item.level == "error" and item.code == "DYN502"
    ]

    assert (prefill, decode) == (errors.count("prefill.yaml"), errors.count("decode.yaml"))


def test_the_405b_keys_are_told_with_their_era_and_new_place() -> None:
    finding = next(
        item for item in rules.check(mlperf(trtllm="1.1.0")) if "kv_cache_dtype" in item.message
    )

    assert finding.message.startswith(
        "written for 0.21.0 to 1.0.0rc2, this is TensorRT-LLM 1.1.0: kv_cache_dtype is "
        "kv_cache_config.dtype"
    )
    assert "kv_cache_config.dtype: fp8" == finding.remedy


def test_the_new_spelling_is_dropped_without_a_word_at_the_405b_commit() -> None:
    text = """
versions: {dynamo: 0.3.2, trtllm: cd2f9fa62f1c}
engine_configs: {agg: {kv_cache_config: {dtype: fp8}}}
"""
    (finding,) = found(text, "warning")

    assert "DYN505" == finding.code
    assert "kv_cache_dtype: fp8" == finding.remedy


def test_only_the_buffer_must_be_a_multiple_of_the_block() -> None:
    text = """
engine_configs:
  prefill: {max_seq_len: 20193, cache_transceiver_config: {backend: UCX, max_tokens_in_buffer: %d}}
  decode: {max_seq_len: 9256, cache_transceiver_config: {backend: UCX, max_tokens_in_buffer: 20192}}
"""

    assert [] == found(text % 20192)
    assert ["DYN301"] == [item.code for item in found(text % 20193)]


def test_etcd_that_advertises_the_wildcard_is_unreachable_from_other_nodes() -> None:
    text = """
roles: {prefill: {}, decode: {}}
services: {etcd_endpoints: "http://0.0.0.0:2379"}
"""

    assert ["DYN409"] == [item.code for item in found(text)]


def test_every_topology_that_ships_has_no_error() -> None:
    directories = [places.bundled()]
    errors = [
        item.render()
        for name in places.names(directories)
        for item in rules.check(places.load(name, directories))
        if item.level == "error"
    ]

    assert not errors


SCRIPT = """
# once --disaggregation-mode prefill_and_decode, kept for the story
python3 -m dynamo.trtllm --disaggregation-mode=prefill_and_decode --modality multimodal
python3 -m dynamo.trtllm --disaggregation-mode prefill --disaggregation-strategy decode_first
python3 -m dynamo.trtllm --task decode --enable-multimodal "${MORE[@]}"
"""


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("0.2.1", {"3:26 ", "3:67 ", "4:26 --task prefill", "4:56 ", "5:40 "}),
        ("0.6.0", {"5:26 --disaggregation-mode decode", "5:40 --modality multimodal"}),
        ("1.2.1", {"4:56 ", "5:26 --disaggregation-mode decode", "5:40 --modality multimodal"}),
        (
            "1.3.1",
            {
                "3:26 --disaggregation-mode agg", "3:67 --enable-multimodal", "4:56 ",
                "5:26 --disaggregation-mode decode",
            },
        ),
        ("9.9.9", set()),  # nobody knows its words
    ],
)  # fmt: skip
def test_a_script_of_another_dynamo_is_told_the_words_of_this_one(
    release: str, expected: set[str]
) -> None:
    topology, _ = example(f"versions: {{dynamo: {release}, trtllm: null}}")
    context = rules.Context(statements=statements.read(SCRIPT, "run.sh"))
    told = {
        str(item.where).removeprefix("run.sh:") + f" {item.remedy}".replace(" leave it out", " ")
        for item in rules.check(topology, context=context)
        if item.code == "DYN426"
    }

    assert expected == told


@pytest.mark.skipif(not GUIDES.is_dir(), reason="no guides beside the project: ../shared/guides")
def test_the_guides_themselves_are_read() -> None:
    said = {
        (path.name[:3], item.key, item.value)
        for path in sorted(GUIDES.iterdir())
        for item in statements.read(path.read_text("utf-8"), path.name)
    }

    assert {
        ("000", "tp", 16),
        ("003", "gpus", 72),
        ("003", "nodes", 18),
        ("003", "roles.prefill.workers", 14),
        ("003", "roles.prefill.gpus", 4),
        ("003", "roles.decode.workers", 2),
        ("003", "roles.decode.gpus", 8),
    } <= said
