# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Each way of being wrong is told from being right, by exactly the figure that it belongs to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus_logs import worlds
from corpus_logs.bundle import Bundle, Reading, Truth
from corpus_logs.scoring import Score, score, summary
from pytest_dynamo.diagnosis.diagnosis import Diagnosis

CAUSE = Truth("cause", "heads", ("config",), "load", "decode0", "decode", (5,), ("node2",))
HEALTHY = Truth("healthy", None, (), None, None, None, (), ())
UNCLEAR = Truth("unknown", None, (), "load", None, None, (), ())
CODES = {"heads": ["DKI301"]}
RIGHT = Diagnosis(
    phase="load", kind="exit", where="rank 5 of decode0 on node2", what="ended with exit 1",
    fault="config", known_issue="DKI301", worker="decode0", role="decode", rank=5, node="node2",
)  # fmt: skip
UNKNOWN = replace(RIGHT, kind="unknown", fault="unknown", known_issue=None, worker=None, rank=None)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    world = worlds.world("disagg32", worlds.dice("any"))
    return Bundle("b", False, "srun", world.topology, {}, CAUSE)  # noqa: FBT003


def figures(found: Score) -> tuple[float, float, float]:
    """Return first causes right, wrong with confidence and honest unknown."""
    of = summary([found])
    return of.first_cause, of.wrong, of.unknown


def test_the_right_answer_is_right_in_every_field(bundle: Bundle) -> None:
    found = score(bundle, RIGHT, CODES)

    assert figures(found) == (100, 0, 0)
    assert set(summary([found]).fields.values()) == {(100.0, 100.0)}


@pytest.mark.parametrize(
    ("change", "wrong_field", "expected"),
    [
        ({"fault": "product"}, "class", (0, 100, 0)),
        ({"known_issue": "DKI302"}, "known issue", (0, 100, 0)),
        ({"known_issue": None}, "known issue", (0, 0, 0)),  # less than all, but nothing wrong
        ({"phase": "launch"}, "phase", (100, 0, 0)),
        ({"rank": 4}, "rank", (100, 100, 0)),
        ({"rank": None}, "rank", (100, 0, 0)),
    ],
)
def test_what_is_wrong_shows_in_its_field_alone(
    bundle: Bundle,
    change: dict[str, str | int | None],
    wrong_field: str,
    expected: tuple[float, float, float],
) -> None:
    found = score(bundle, replace(RIGHT, **change), CODES)
    recalls = {name: recall for name, (_, recall) in summary([found]).fields.items()}

    assert figures(found) == expected
    assert [name for name, recall in recalls.items() if recall < 100] == [wrong_field]


def test_another_worker_is_wrong_whatever_its_rank(bundle: Bundle) -> None:
    found = score(bundle, replace(RIGHT, worker="prefill0", where="rank 5 of prefill0"), CODES)

    assert figures(found) == (100, 100, 0)
    assert (found.place, found.rank) == (False, False)


def test_a_worker_left_open_is_no_wrong_one(bundle: Bundle) -> None:
    either = replace(RIGHT, worker="prefill0 or decode0", where="rank 5 of prefill0 or decode0")
    found = score(bundle, either, CODES)

    assert figures(found) == (100, 0, 0)
    assert (found.place, found.rank) == (False, False)
    assert figures(score(bundle, replace(either, rank=6), CODES)) == (100, 100, 0)
    others = replace(either, worker="prefill0 or prefill1", where="rank 5 of prefill0 or prefill1")
    assert figures(score(bundle, others, CODES)) == (100, 100, 0)


@pytest.mark.parametrize("diagnosis", [None, UNKNOWN])
def test_naming_nothing_is_a_miss_and_no_harm(bundle: Bundle, diagnosis: Diagnosis | None) -> None:
    assert figures(score(bundle, diagnosis, CODES)) == (0, 0, 100)


def test_an_issue_for_what_has_none_is_wrong(bundle: Bundle) -> None:
    assert figures(score(bundle, RIGHT, {})) == (0, 100, 0)
    assert figures(score(bundle, replace(RIGHT, known_issue=None), {})) == (100, 0, 0)


@pytest.mark.parametrize("truth", [HEALTHY, UNCLEAR])
def test_where_no_cause_shows_naming_one_is_wrong(bundle: Bundle, truth: Truth) -> None:
    quiet = replace(bundle, truth=truth)

    assert score(quiet, None, CODES).right
    assert score(quiet, UNKNOWN, CODES).right
    assert not score(quiet, RIGHT, CODES).right
    assert score(quiet, RIGHT, CODES).wrong_with_confidence


def test_who_is_named_without_a_class_sends_nobody_astray(bundle: Bundle) -> None:
    unclear = replace(bundle, truth=UNCLEAR)
    who = replace(RIGHT, fault="unknown", known_issue=None)
    figures_of = [
        (found.unclear_quiet, found.unclear_blameless)
        for each in (None, UNKNOWN, who, replace(who, fault="product"), RIGHT)
        for found in [summary([score(unclear, each, CODES)])]
    ]

    assert figures_of == [(100, 100), (100, 100), (0, 100), (0, 0), (0, 0)]


def test_a_worker_may_stand_for_all_its_ranks(bundle: Bundle) -> None:
    whole = replace(bundle, truth=replace(CAUSE, ranks=tuple(range(16)), whole=True))

    assert score(whole, replace(RIGHT, rank=None), CODES).rank
    assert score(whole, replace(RIGHT, rank=15), CODES).rank
    assert not score(whole, replace(RIGHT, rank=16), CODES).rank


def test_a_class_that_is_left_open_is_no_wrong_one(bundle: Bundle) -> None:
    found = score(bundle, replace(RIGHT, fault="unknown", known_issue=None), CODES)

    assert figures(found) == (0, 0, 0)
    assert summary([found]).open == 100
    assert summary([found]).fields["class"] == (100, 0)
    assert summary([score(bundle, RIGHT, CODES)]).open == 0


def test_who_is_wrong_may_have_been_sure_of_it(bundle: Bundle) -> None:
    wrong = replace(RIGHT, fault="product")
    figures_of = [
        (found.wrong, found.sure, found.sure_and_wrong)
        for each in (RIGHT, wrong, replace(wrong, confidence="medium"))
        for found in [summary([score(bundle, each, CODES)])]
    ]

    assert figures_of == [(0, 100, 0), (100, 100, 100), (100, 0, 0)]


def test_without_labels_the_worker_is_enough(bundle: Bundle) -> None:
    dump = replace(bundle, keep="compose")

    assert score(dump, replace(RIGHT, rank=None), CODES).rank
    assert score(dump, replace(RIGHT, rank=4), CODES).rank is False


def test_where_two_readers_differ_either_is_right(bundle: Bundle) -> None:
    other = replace(RIGHT, fault="product", known_issue="DKI302")
    read = replace(bundle, reading=Reading(("product", "unknown"), ("DKI302",)))

    assert figures(score(read, RIGHT, CODES)) == figures(score(read, other, CODES)) == (100, 0, 0)
    assert figures(score(read, other, CODES, readers=1)) == (0, 100, 0)
    assert score(read, replace(RIGHT, fault="unknown"), CODES).right  # nothing tells whose fault
    assert not score(bundle, replace(RIGHT, fault="unknown"), CODES).right
