# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What an engine's file says of a role's parallelism, in each of the shapes there are."""

from __future__ import annotations

import pytest

from pytest_dynamo.errors import TopologyError
from pytest_dynamo.topology import yaml_text
from pytest_dynamo.topology.parallel import assumed, parallel_of

TRTLLM = """\
tensor_parallel_size: 16
pipeline_parallel_size: 2
context_parallel_size: 3
moe_expert_parallel_size: 8
enable_attention_dp: true
"""
NESTED = """\
tensor_parallel_size: 4
pytorch_backend_config: {enable_attention_dp: true}
"""
SERVE = """\
Common: {tensor-parallel-size: 2, pipeline-parallel-size: 2}
Frontend: {port: 8000}
VllmWorker: {tensor-parallel-size: 8}
PrefillWorker: {tensor-parallel-size: 4}
"""
SERVERS = """\
generation_servers: {tensor_parallel_size: 8}
context_servers: {tensor_parallel_size: 4}
"""


@pytest.mark.parametrize(
    ("text", "role", "expected"),
    [
        (TRTLLM, "agg", {"tp": 16, "pp": 2, "cp": 3, "ep": 8, "attention_dp": True}),
        (NESTED, "agg", {"tp": 4, "attention_dp": True}),
        (SERVE, "agg", {"tp": 8, "pp": 2}),
        (SERVE, "decode", {"tp": 8, "pp": 2}),
        (SERVE, "prefill", {"tp": 4, "pp": 2}),
        (SERVERS, "decode", {"tp": 8}),
        (SERVERS, "prefill", {"tp": 4}),
        ("tensor_parallel_size: null", "agg", {}),
        ("max_batch_size: 4", "agg", {}),
    ],
)
def test_parallelism_is_found_in_every_shape(
    text: str, role: str, expected: dict[str, object]
) -> None:
    assert expected == parallel_of(yaml_text.read(text, "e.yaml"), role)


@pytest.mark.parametrize("value", ["0", "-1", "eight", "1.5", "yes", "[8]", "'8x'"])
def test_a_size_that_cannot_be_has_its_line(value: str) -> None:
    document = yaml_text.read(f"VllmWorker:\n  tensor-parallel-size: {value}\n", "e.yaml")

    with pytest.raises(TopologyError) as caught:
        parallel_of(document)

    assert ("e.yaml:2:3", "give a whole number of at least 1") == (
        caught.value.where,
        caught.value.remedy,
    )


@pytest.mark.parametrize(
    ("nodes", "roles", "tp"),
    [
        (None, {"agg": {}}, 8),
        (2, {"agg": {"nodes_per_worker": 2}}, 16),
        (3, {"prefill": {"workers": 2}, "decode": {}}, 8),
        # two workers of each role share a node
        (2, {"prefill": {"workers": 2}, "decode": {"workers": 2}}, 4),
        (1, {"prefill": {"workers": 8}, "decode": {"workers": 8}}, 1),
        (0, {"agg": {}}, None),
        ("two", {"agg": {}}, None),
        (1, {"agg": {"workers": "many"}, "x": 3}, None),
        (1, None, None),
    ],
)
def test_a_worker_of_which_nothing_tells_fills_its_gpus(
    nodes: object, roles: dict[str, dict[str, object]] | None, tp: int | None
) -> None:
    data = {"hardware": {"gpus_per_node": 8}, "nodes": nodes, "roles": roles}
    data = {key: value for key, value in data.items() if value is not None}
    role = next(iter(roles.values())) if roles else {}

    assert assumed(data, role) == ({"tp": tp} if tp else {})
    assert assumed({**data, "hardware": None}, role) == {}
