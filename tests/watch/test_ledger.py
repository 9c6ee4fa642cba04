# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tried

from pytest_dynamo.launch.plan import Worker
from pytest_dynamo.watch.ledger import Ledger, ranges


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((), ""),
        ((3,), "3"),
        ((0, 1), "0, 1"),
        ((0, 1, 2), "0-2"),
        ((7, 0, 2, 1, 3), "0-3, 7"),
        ((5, 6, 9, 10, 11, 12), "5, 6, 9-12"),
    ],
)
def test_ranges_are_shown_from_three_on(numbers: tuple[int, ...], expected: str) -> None:
    assert expected == ranges(numbers)


@given(steps=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["join", "load"])), max_size=40))
@tried(1000)
def test_what_it_counts_is_what_there_is(steps: list[tuple[int, str]]) -> None:
    worker = Worker("decode0", "decode", 0, "backend", ("node1", "node2"), ((0, 1, 2), (0, 1, 2)))
    ledger = Ledger(worker, range(6), 0.0)
    for rank, step in steps:
        if step == "join":
            assert ledger.join(rank, said=rank, world=6, leader=None) is None
        else:
            ledger.load(rank, 1.5)

    states = ledger.ranks.values()
    assert ledger.joined == sum(state.joined for state in states)
    assert ledger.loaded == sum(state.loaded for state in states)
    assert ledger.all_joined == all(state.joined for state in states)
    assert ledger.all_loaded == all(state.loaded for state in states)
    assert (ledger.lag("loaded", 2.0) is None) == ledger.all_loaded


def test_nodes_are_named_once_in_their_order() -> None:
    worker = Worker("decode0", "decode", 0, "backend", ("node1", "node2"), ((0, 1, 2), (0, 1, 2)))

    assert Ledger(worker, range(6), 0.0).nodes((4, 0, 1, 5, 17)) == ("node2", "node1")
