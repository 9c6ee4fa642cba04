# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The file of ``vllm serve --config`` is read, judged by arithmetic, and told from its likes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo import rules
from pytest_dynamo.rules import _schema
from pytest_dynamo.topology import dialects, vllm_file, yaml_text

MAVERICK = "meta-llama/Llama-4-Maverick-17B-128E-Instruct"


def errors(text: str) -> list[tuple[str, str]]:
    document = yaml_text.read(text, "serve.yaml")
    return [
        (finding.code, str(finding.where))
        for topology in dialects.read(document)
        for finding in rules.check(topology)
        if finding.level == "error"
    ]


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("model: a\ntensor-parallel-size: 8\n", "vllm"),
        ("model: a\ntensor_parallel_size: 8\nmax_model_len: 8192\n", "vllm"),
        ("kv-cache-dtype: fp8\nno-enable-prefix-caching: true\nstream-interval: 20\n", "vllm"),
        ("model: a\nkv-transfer-config: {kv_connector: NixlConnector}\n", "vllm"),
        ("model: a\ntensor_parallel_size: 8\n", "engine"),
        ("tensor_parallel_size: 8\nkv_cache_config: {dtype: fp8}\nmax_model_len: 1\n", "engine"),
        ("model-path: a\ntensor-parallel-size: 8\n", None),
        ("model: a\ntensor_parallel_size: 8\nmem_fraction_static: 0.8\n", None),
    ],
)
def test_it_is_told_by_its_keys(text: str, dialect: str | None) -> None:
    assert dialect == dialects.kind(yaml_text.read(text, "serve.yaml").data)


def test_no_mark_is_a_key_of_tensorrt_llm() -> None:
    keys = {vllm_file.flag(key) for key in _schema.schema().keys if "." not in key}

    assert set() == vllm_file.MARKS & keys
    assert not any(vllm_file.is_sglang([key]) for key in keys)


@pytest.mark.parametrize(
    ("lines", "code", "line"),
    [
        ("tensor-parallel-size: 16", "DYN101", 3),
        ("tensor_parallel_size: 16\nmax_model_len: 8192", "DYN101", 3),
        ('enforce-eager: true\ntensor-parallel-size: "20"', "DYN102", 4),
        ("tensor-parallel-size: 8\ntensor_parallel_size: 16", "DYN101", 4),  # the last one counts
    ],
)
def test_a_wrong_tp_is_found_at_its_line(lines: str, code: str, line: int) -> None:
    text = f"model: {MAVERICK}\nport: 8000\n{lines}\n"

    assert [(code, f"serve.yaml:{line}:1")] == errors(text)


@pytest.mark.parametrize(
    "lines",
    [
        "tensor-parallel-size: 8\nmade-up-flag: 1",  # flags come and go with every release
        "tensor-parallel-size: 8\nquantization: None",  # the parser takes it for null
        "tensor-parallel-size: 8\nmax-model-len: 32k\nmax-num-seqs: auto",
        "tensor-parallel-size: 8\npipeline-parallel-size: 400",  # a stage may have no layers
        "tensor-parallel-size: 8\ndata-parallel-size: 3\nenable-expert-parallel: true",
        "tensor-parallel-size: 3\nhf-overrides: {num_attention_heads: 3}",  # another model then
        "tensor-parallel-size: 8\ntensor_parallel_size: 4",
        "max-model-len: -1",
    ],
)
def test_what_vllm_takes_is_no_error(lines: str) -> None:
    assert [] == errors(f"model: {MAVERICK}\n{lines}\n")


VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(), max_size=2)
FLAGS = st.sampled_from(sorted([*vllm_file.MARKS, "model", "tensor-parallel-size", "made_up"]))


@given(data=st.dictionaries(FLAGS, VALUES | st.dictionaries(st.text(), VALUES, max_size=2)))
def test_no_value_is_too_odd(data: dict[str, object]) -> None:
    document = yaml_text.Document("serve.yaml", {"enforce-eager": True, **data}, {}, {})

    for topology in dialects.read(document):
        rules.check(topology)
