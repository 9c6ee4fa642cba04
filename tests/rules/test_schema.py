# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Which release knows which key, and what is said of a release where nobody looked."""

from __future__ import annotations

import pytest

from pytest_dynamo.rules import _schema as schema


def test_every_window_is_in_order() -> None:
    for key, spans in schema.schema().keys.items():
        for span in spans:
            bounds = [item for item in (span.absent, span.since, span.gone) if item]
            assert bounds == sorted(bounds, key=schema._order), key


def test_where_a_key_goes_is_a_key() -> None:
    lost = [
        (key, span.to)
        for key, spans in schema.schema().keys.items()
        for span in spans
        if span.to and span.to.partition(" ")[0].strip("(") not in schema.schema().keys
    ]

    assert [("pytorch_backend_config", "(its keys moved to the top level)")] == lost


@pytest.mark.parametrize(
    ("key", "release", "state"),
    [
        ("kv_cache_dtype", "0.20.0", "early"),
        ("kv_cache_dtype", "1.0.0rc3", "known"),
        ("kv_cache_dtype", "1.0.0rc4", "gone"),
        ("kv_cache_config.dtype", "1.0.0rc2", "early"),
        ("kv_cache_config.dtype", "1.0.0", "known"),
        ("kv_cache_config.tokens_per_block", "1.0.0", "early"),
        ("kv_cache_config.tokens_per_block", "1.1.0rc3", "maybe early"),
        ("kv_cache_config.tokens_per_block", "1.1.0", "known"),
        ("autotuner_enabled", "1.0.0rc4", "maybe gone"),
        ("speculative_config.speculative_model", "0.21.0", "known"),
        ("speculative_config.speculative_model", "1.3.0rc11", "known"),
        ("dwdp_config", "1.3.0rc24", "maybe early"),
        ("use_torch_sampler", "1.1.0rc1", "known"),
        ("use_torch_sampler", "1.1.0", "gone"),  # it came and went between two releases
        ("speculative_config.speculative_model", "1.1.0", "gone"),
        ("speculative_config.speculative_model", "1.2.0", "maybe early"),  # it came back
        ("triton_config", "1.2.1", "known"),
        ("tensor_parallel_size", "1.3.0rc24", "known"),
        ("no_such_key", "1.0.0", "unknown"),
    ],
)
def test_a_release_knows_a_key_or_not_or_nobody_looked(
    key: str, release: str, state: str
) -> None:
    assert state == schema.verdict(key, release).state


@pytest.mark.parametrize(
    ("key", "release", "certain"),
    [
        ("kv_cache_config.tokens_per_block", "1.0.0", True),  # 1.0.0 was seen whole
        ("return_perf_metrics", "1.0.0rc6", True),  # and it lies after this candidate
        ("cuda_graph_config", "0.21.0", True),
        ("cuda_graph_config", "1.0.0rc0", False),  # nothing was seen whole up to rc2
        ("cuda_graph_config", "1.0.0rc2", False),
        ("scheduler_config.waiting_queue_policy", "1.1.0", True),
        ("scheduler_config.waiting_queue_policy", "1.2.0", False),  # no section of 1.2.1 was
    ],
)
def test_a_key_to_come_is_settled_by_a_release_that_was_seen_whole(
    key: str, release: str, certain: object
) -> None:
    found = schema.verdict(key, release)

    assert "early" == found.state
    assert certain is schema.is_certain(key, found, release)


@pytest.mark.parametrize(
    ("key", "release", "refused"),
    [
        ("made_up", "0.20.0", False),
        ("made_up", "0.21.0", True),
        ("kv_cache_config.made_up", "1.0.0rc2", False),
        ("kv_cache_config.made_up", "1.0.0rc6", None),
        ("kv_cache_config.made_up", "1.0.0", True),
    ],
)
def test_unknown_keys_are_refused_or_dropped_by_release(
    key: str, release: str, refused: object
) -> None:
    assert refused is schema.refuses(key, release)


def test_a_file_is_taken_by_the_releases_of_its_era() -> None:
    flat = {"kv_cache_dtype": "fp8", "use_cuda_graph": True, "kv_cache_config": {}}
    nested = {"kv_cache_config": {"dtype": "fp8"}, "cuda_graph_config": {}}

    assert "0.21.0 to 1.0.0rc2" == schema.written_for(flat)
    assert "1.0.0rc4" == schema.written_for(nested).partition(" ")[0]
    assert ["0.21.0", "1.0.0rc0", "1.0.0rc2"] == schema.accepting(flat)


def test_two_keys_that_never_met_belong_to_no_release() -> None:
    assert schema.is_of_no_release({"use_cuda_graph": True, "return_perf_metrics": True})
    assert not schema.is_of_no_release({"use_cuda_graph": True, "cuda_graph_config": {}})
    met = {"enable_trtllm_sampler": True, "perf_metrics_max_requests": 1}  # between two releases
    assert not schema.is_of_no_release(met)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("tensor_paralel_size",), "tensor_parallel_size"),
        (("kv_cache_config", "free_gpu_mem_fraction"), "kv_cache_config.free_gpu_memory_fraction"),
        (("free_gpu_memory_fraction",), "kv_cache_config.free_gpu_memory_fraction"),
        (("colour",), None),
    ],
)
def test_a_near_miss_names_the_key_that_is_meant(path: tuple[str], expected: str | None) -> None:
    assert expected == schema.near(path)


@pytest.mark.parametrize(
    ("key", "value", "needed"),
    [
        ("max_batch_size", "many", "a number"),
        ("max_batch_size", "64", None),
        ("max_batch_size", "<max_batch_size>", None),
        ("max_batch_size", [1], "a number"),
        ("max_batch_size", None, None),
        ("enable_attention_dp", "on", None),
        ("enable_attention_dp", "perhaps", "true or false"),
        ("kv_cache_config", "fp8", "a section"),
        ("cuda_graph_config.batch_sizes", 8, "a list"),
        ("model", {"path": 1}, None),
        ("kv_cache_config.dtype", ["fp8"], "text"),
    ],
)
def test_only_what_no_reading_allows_is_a_misfit(
    key: str, value: object, needed: str | None
) -> None:
    assert needed == schema.misfit(key, value)


@pytest.mark.parametrize(
    ("key", "to", "value", "expected"),
    [
        ("kv_cache_dtype", "kv_cache_config.dtype", "fp8", "kv_cache_config.dtype: fp8"),
        ("use_cuda_graph", "cuda_graph_config (present)", False, "cuda_graph_config: null"),
        ("moe_backend", "moe_config.backend", "WideEP", "moe_config.backend: WIDEEP"),
        ("use_torch_sampler", "sampler_type", True, "sampler_type: TorchSampler"),
        ("use_torch_sampler", "sampler_type", False, "sampler_type: TRTLLMSampler"),
        ("enable_trtllm_sampler", "sampler_type", True, "sampler_type: TRTLLMSampler"),
        ("enable_trtllm_sampler", "sampler_type", False, "sampler_type: auto"),
        ("enable_mixed_sampler", "sampler_type", True, "sampler_type: TorchSampler"),
        ("enable_mixed_sampler", "sampler_type", False, "sampler_type: auto"),
        (
            "pytorch_backend_config.enable_overlap_scheduler",
            "pytorch_backend_config.disable_overlap_scheduler (inverted)",
            True,
            "pytorch_backend_config.disable_overlap_scheduler: false",
        ),
    ],
)
def test_a_value_moves_with_the_words_of_its_new_place(
    key: str, to: str, value: object, expected: str
) -> None:
    assert expected == schema.moved(key, to, value)
