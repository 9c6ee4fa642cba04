# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, get_args

import pytest

from pytest_dynamo.diagnosis.diagnose import Diagnosis
from pytest_dynamo.diagnosis.verdict import (
    STATUS,
    Outcomes,
    Verdict,
    Word,
    exit_status,
    verdict,
)

if TYPE_CHECKING:
    from pytest_dynamo.diagnosis.diagnose import Fault

GOOD = Outcomes(live_passed=7)
BAD = Diagnosis(
    "load", "exit", "rank 5 of decode0 on node2", "ended with SIGKILL", "infrastructure"
)


@pytest.mark.parametrize(
    ("outcomes", "more", "word", "why"),
    [
        (GOOD, {}, "pass", "7 live check(s)"),
        (replace(GOOD, unproven=2), {}, "pass", "7 live check(s); 2 could not be proven here"),
        (Outcomes(), {}, "unproven", "no live check ran"),
        (Outcomes(unproven=3), {}, "unproven", "no live check ran"),
        (
            Outcomes(),
            {"live": False},
            "unproven",
            "the configuration holds; no live check was asked for",
        ),
        (GOOD, {"interrupted": True}, "unproven", "the run was interrupted"),
        (GOOD, {"leftover": ["port 80", "/dev/shm/moe_x"]}, "leftover", "port 80; /dev/shm/moe_x"),
        (
            replace(GOOD, live_failed=("test_a", "test_b")),
            {},
            "product",
            "2 live check(s) failed: test_a",
        ),
        (
            GOOD,
            {"diagnosis": BAD},
            "infrastructure",
            "rank 5 of decode0 on node2: ended with SIGKILL",
        ),
        (
            replace(GOOD, config_failed=("test_rule",)),
            {},
            "config",
            "1 configuration check(s) failed: test_rule",
        ),
    ],
)  # fmt: skip
def test_each_reason_has_its_word(
    outcomes: Outcomes, more: dict[str, object], word: Word, why: str
) -> None:
    given = {"diagnosis": None, "leftover": [], **more}

    assert Verdict(word, why) == verdict(outcomes, **given)


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ("config", "config"),
        ("infrastructure", "infrastructure"),
        ("product", "product"),
        ("unknown", "product"),
    ],
)
def test_the_fault_of_a_diagnosis_is_the_word(fault: Fault, word: Word) -> None:
    found = verdict(GOOD, diagnosis=replace(BAD, fault=fault), leftover=())

    assert word == found.word


def test_the_gravest_and_earliest_reason_wins() -> None:
    words: set[Word] = set()
    for config, bad, failed, left, interrupted, live, passed in product((True, False), repeat=7):
        found = verdict(
            Outcomes(
                live_passed=int(passed),
                live_failed=("test_a",) if failed else (),
                config_failed=("test_rule",) if config else (),
            ),
            diagnosis=BAD if bad else None,
            leftover=["port 8000"] if left else [],
            interrupted=interrupted,
            live=live,
        )
        ladder: list[tuple[bool, Word]] = [
            (config, "config"),
            (bad, "infrastructure"),
            (failed, "product"),
            (left, "leftover"),
            (interrupted or not live or not passed, "unproven"),
            (True, "pass"),
        ]
        words.add(found.word)

        assert found.word == next(word for holds, word in ladder if holds)
    assert words == set(get_args(Word))


@pytest.mark.parametrize(
    ("word", "pytests", "plain", "distinct"),
    [
        ("pass", 0, 0, 0),
        ("pass", 1, 1, 1),  # a test that judges no deployment failed
        ("config", 1, 1, 10),
        ("infrastructure", 1, 1, 11),
        ("product", 1, 1, 12),
        ("leftover", 0, 1, 13),
        ("unproven", 0, 1, 14),
        ("unproven", 2, 2, 14),
        ("infrastructure", 2, 2, 11),  # the scheduler's SIGTERM
        ("unproven", 3, 3, 3),
        ("config", 4, 4, 4),
        ("unproven", 5, 5, 5),
    ],
)
def test_the_exit_status_is_the_verdicts_when_asked_for(
    word: Word, pytests: int, plain: int, distinct: int
) -> None:
    assert plain == exit_status(word, pytests, distinct=False)
    assert distinct == exit_status(word, pytests, distinct=True)


def test_no_verdict_shares_a_status_with_another_or_with_pytest() -> None:
    statuses = [STATUS[word] for word in get_args(Word)]

    assert len(set(statuses)) == len(get_args(Word))
    assert {*range(1, 6), *range(126, 166)} & set(statuses) == set()
