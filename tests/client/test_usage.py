# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Token counts: what an answer can hold, and what its usage says wrong."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.client.faults import Malformed
from pytest_dynamo.client.usage import Choice, Usage, Workers, counted_tokens, usage_faults


@dataclass(frozen=True)
class Said:
    """An answer of which only the counts matter."""

    choices: tuple[Choice, ...]
    usage: Usage | None = None
    counts: bool = True


def said(
    pieces: int, finish: str | None, completion: int | None = None, prompt: int = 5
) -> Said:
    usage = None if completion is None else Usage(prompt, completion, prompt + completion)
    return Said((Choice(0, "x" * pieces, finish, pieces),), usage)


@pytest.mark.parametrize(
    ("answer", "asked", "expected"),
    [
        (said(8, "length"), 8, [8]),
        (said(3, "length"), 8, [8]),  # several tokens in one delta, or none in one
        (said(3, "stop"), 4, [3, 4]),
        (said(4, "stop"), 4, [4]),
        (said(0, "stop"), 1, [0, 1]),
        (said(9, "length"), 8, []),
        (said(9, "stop"), 8, []),
        (said(3, None), 4, [3, 4]),
    ],
)
def test_an_answer_holds_what_its_end_and_its_pieces_allow(
    answer: Said, asked: int, expected: list[int]
) -> None:
    assert expected == list(counted_tokens(answer, asked))


def test_without_a_limit_an_answer_holds_at_least_its_pieces() -> None:
    counted = counted_tokens(said(3, "stop"), None)

    assert 2 not in counted
    assert 3 in counted
    assert sys.maxsize - 1 in counted
    assert 3 in counted_tokens(said(3, "length"), None)


def test_the_choices_of_an_answer_are_counted_together() -> None:
    answer = Said((Choice(0, "ab", "length", 2), Choice(1, "a", "stop", 1)))

    assert [3, 4] == list(counted_tokens(answer, 2))


def test_one_choice_cannot_hold_what_another_leaves() -> None:
    answer = Said((Choice(0, "abc", "stop", 3), Choice(1, "", "stop", 0)))

    assert [] == list(counted_tokens(answer, 2))


@pytest.mark.parametrize(
    ("answer", "asked", "codes"),
    [
        (said(8, "length", 8), 8, []),
        (said(3, "stop", 4), 8, []),  # the end token is counted and not shown
        (said(8, "length"), 8, ["usage-missing"]),
        (said(8, "length", 7), 8, ["usage-count"]),
        (said(8, "length", 9), 8, ["usage-count"]),
        (said(3, "stop", 2), 8, ["usage-count"]),
        (said(3, "stop", 9), 8, ["usage-count"]),
        (said(9, "stop", 9), 8, ["usage-count"]),
        (said(2, "stop", 0), 8, ["usage-count"]),
        (said(2, "stop", -1), 8, ["usage-negative"]),
    ],
)
def test_a_usage_that_disagrees_with_the_answer_is_a_fault(
    answer: Said, asked: int, codes: list[str]
) -> None:
    assert codes == [fault.code for fault in usage_faults(answer, asked)]


@pytest.mark.parametrize(
    ("usage", "codes"),
    [
        (Usage(5, 8, 13), []),
        (Usage(5, 8, 13, 5), []),
        (Usage(5, 8, 12), ["usage-sum"]),
        (Usage(5, 8, 13, 6), ["usage-cached"]),
        (Usage(-5, 8, 3), ["usage-negative"]),
        (Usage(5, 8, 13, -1), ["usage-negative"]),
        (Usage(208, 8, 216), ["usage-prompt"]),
        (Usage(208, 7, 216, 300), ["usage-sum", "usage-cached", "usage-prompt", "usage-count"]),
    ],
)
def test_a_usage_that_disagrees_with_itself_is_a_fault(usage: Usage, codes: list[str]) -> None:
    answer = Said(said(8, "length").choices, usage)

    assert codes == [fault.code for fault in usage_faults(answer, 8, prompt_tokens=5)]


@pytest.mark.parametrize(
    ("answer", "asked", "what"),
    [
        (said(8, "length", 7), 8, "7 completion tokens, 8 in the answer"),
        (said(3, "stop", 9), 8, "9 completion tokens, 3 to 8 in the answer"),
        (said(3, "stop", 2), None, "2 completion tokens, 3 or more in the answer"),
        (said(9, "stop", 9), 8, "9 completion tokens, more than were asked for in the answer"),
    ],
)
def test_a_wrong_count_says_what_was_counted(answer: Said, asked: int | None, what: str) -> None:
    (fault,) = usage_faults(answer, asked)

    assert what == fault.what


@given(st.integers(1, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_right_counts_have_no_fault(asked: int, given_tokens: int, shown: int) -> None:
    tokens = min(given_tokens, asked)
    finish = "length" if tokens == asked else "stop"

    assert () == usage_faults(said(min(shown, tokens), finish, tokens), asked)


@given(st.integers(1, 1000), st.integers(0, 2000))
def test_with_length_only_the_number_asked_for_is_right(asked: int, counted: int) -> None:
    faults = usage_faults(said(0, "length", counted), asked)

    assert (counted == asked) == (faults == ())


@pytest.mark.parametrize(
    "data",
    [
        [],
        1,
        {},
        {"prompt_tokens": 1, "completion_tokens": 1},
        {"prompt_tokens": 1, "completion_tokens": "1", "total_tokens": 2},
        {"prompt_tokens": 1, "completion_tokens": True, "total_tokens": 2},
        {"prompt_tokens": 1, "completion_tokens": 1.0, "total_tokens": 2},
        {
            "prompt_tokens": 1,
            "completion_tokens": 1,
            "total_tokens": 2,
            "prompt_tokens_details": {"cached_tokens": "0"},
        },
        {
            "prompt_tokens": 1,
            "completion_tokens": 1,
            "total_tokens": 2,
            "prompt_tokens_details": [0],
        },
    ],
)
def test_a_usage_that_is_none_is_refused(data: object) -> None:
    with pytest.raises(Malformed, match=r"usage|details"):
        Usage.parse(data)


def test_cached_tokens_are_read_where_they_are_said() -> None:
    counts = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}

    assert Usage(3, 1, 4) == Usage.parse({**counts, "prompt_tokens_details": None})
    assert Usage(3, 1, 4, 2) == Usage.parse(
        {**counts, "prompt_tokens_details": {"cached_tokens": 2}}
    )
    assert Usage.parse(None) is None


@pytest.mark.parametrize("nvext", [None, [], {}, {"worker_id": None}, {"worker_id": 1}])
def test_workers_are_unknown_where_nobody_says_them(nvext: object) -> None:
    assert Workers.parse(nvext) is None


def test_workers_are_told_by_role() -> None:
    assert Workers(1, None) == Workers.parse({"worker_id": {"prefill_worker_id": 1}})
