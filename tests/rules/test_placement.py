# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The rules count nodes as the launch plan does, and name the legal splits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.errors import PlanError
from pytest_dynamo.launch import plan
from pytest_dynamo.rules import _placement as placement
from pytest_dynamo.rules._examples import example
from pytest_dynamo.rules._model import Shape

ROLE = st.fixed_dictionaries({
    "workers": st.integers(1, 5),
    "nodes_per_worker": st.integers(1, 4),
    "own_nodes": st.booleans(),
    "parallel": st.fixed_dictionaries({"tp": st.integers(1, 9), "pp": st.integers(1, 2)}),
})  # fmt: skip


@given(
    st.fixed_dictionaries({"agg": ROLE}) | st.fixed_dictionaries({"prefill": ROLE, "decode": ROLE}),
    st.integers(1, 8),
)
def test_nodes_are_counted_as_the_plan_counts_them(roles: dict[str, object], gpus: int) -> None:
    topology, _ = example(f"roles: {roles}\nhardware: {{gpu: H100, gpus_per_node: {gpus}}}\n")
    try:
        expected = plan.nodes_needed(topology)
    except PlanError:
        expected = None

    assert expected == placement.nodes_needed(topology)


@pytest.mark.parametrize(
    ("heads", "kv", "attention", "expected"),
    [
        (40, 8, "gqa", [1, 2, 4, 8, 40]),  # Llama 4 Maverick: 5, 10 and 20 fail the KV heads
        (128, 8, "gqa", [1, 2, 4, 8, 16, 32, 64, 128]),
        (128, 128, "mla", [1, 2, 4, 8, 16, 32, 64, 128]),
    ],
)
def test_legal_tensor_parallelism(heads: int, kv: int, attention: str, expected: list[int]) -> None:
    shape = Shape("m", "here", attention=attention, attention_heads=heads, kv_heads=kv)

    assert expected == placement.legal_tp(shape)


@given(st.integers(1, 200), st.integers(1, 300))
def test_the_nearest_divisor_divides(number: int, wanted: int) -> None:
    found = placement.nearest_divisor(number, wanted)

    assert 0 == number % found
    assert all(
        abs(found - wanted) <= abs(size - wanted)
        for size in range(1, number + 1)
        if number % size == 0
    )
