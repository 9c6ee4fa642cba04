# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""Rehearsed faults are read as they are written, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_dynamo.standin.faults import ACTS, Fault, parse


def test_faults_are_read_as_documented() -> None:
    words = "decode0:5@load=0.8:kill, prefill0:*@start:heads,*:0@serving=3:hang,agg0:1@serving:oom"

    assert parse(words) == (
        Fault("decode0", 5, "load", 0.8, "kill"),
        Fault("prefill0", None, "start", 0, "heads"),
        Fault("*", 0, "serving", 3, "hang"),
        Fault("agg0", 1, "serving", 1, "oom"),
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "is not WORKER:RANK@STAGE:ACT"),
        ("decode0", "is not WORKER:RANK@STAGE:ACT"),
        ("decode0:x@start:kill", "is not WORKER:RANK@STAGE:ACT"),
        ("decode0:1@start:kill,", "is not WORKER:RANK@STAGE:ACT"),
        ("decode0:1@begin:kill", "stage 'begin' is none of start, load, loaded, serving"),
        ("decode0:1@start:die", "act 'die' is none of kill, exit0"),
        ("decode0:1@load:kill", "load=0 to load=1"),
        ("decode0:1@load=1.1:kill", "load=0 to load=1"),
        ("decode0:1@load=1.1.1:kill", "load=0 to load=1"),
        ("decode0:1@start=1:kill", "start, loaded"),
        ("decode0:1@serving=0:kill", "serving=1 and up"),
        ("decode0:1@serving=1.5:kill", "serving=1 and up"),
    ],
)
def test_what_is_not_understood_is_refused(words: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(words)


@given(
    st.sampled_from(["decode0", "*"]),
    st.integers(0, 99),
    st.floats(0, 1).map(lambda part: round(part, 3)),
    st.sampled_from(ACTS),
)
def test_every_fault_that_can_be_written_is_read(
    worker: str, rank: int, part: float, act: str
) -> None:
    (fault,) = parse(f"{worker}:{rank}@load={part:.3f}:{act}")

    assert fault == Fault(worker, rank, "load", part, act)


@pytest.mark.parametrize(
    ("who", "struck"),
    [("decode0:1", [True, False, False]), ("*:1", [True, False, True]), ("decode0:*", [1, 1, 0])],
)
def test_a_fault_strikes_whom_it_names(who: str, struck: list[bool]) -> None:
    (fault,) = parse(f"{who}@start:kill")
    asked = [fault.strikes("decode0", 1), fault.strikes("decode0", 2), fault.strikes("agg0", 1)]

    assert asked == struck
