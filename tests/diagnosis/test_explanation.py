# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from pytest_dynamo.diagnosis.explanation import explain, from_outside
from pytest_dynamo.diagnosis.words import exception
from pytest_dynamo.known_issues import Matcher, catalogue
from pytest_dynamo.watch.lines import Line

MATCH = Matcher(catalogue()).match


def lines(*texts: str) -> tuple[Line, ...]:
    return tuple(Line("p", 5, at, text) for at, text in enumerate(texts, start=1))


HEADS = (
    "Traceback (most recent call last):",
    '  File "attention.py", line 194, in __init__',
    "    assert self.num_heads % tp_size == 0",
    "           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    "AssertionError",
)


@pytest.mark.parametrize(
    ("texts", "code", "line", "fault"),
    [
        # the reason stands above the last line of a traceback, or below the first of a panic
        (HEADS, 1, 3, "config"),
        ((HEADS[0], "    check(self.num_heads % tp_size == 0)", "ValueError: x"), 1, 2, "config"),
        (("thread 'main' panicked at src/http.rs:1:2:", "could not bind to address: 0.0.0.0:8000",
          "note: run with `RUST_BACKTRACE=1`"), 101, 2, "infrastructure"),
        # a later error is a consequence of the one that is understood
        ((*HEADS, "more", "RuntimeError: Executor worker returned error"), 1, 3, "config"),
        (("torch.OutOfMemoryError: CUDA out of memory.", "ERROR the engine is dead"), 1, 1,
         "infrastructure"),
        # the last error, where none is understood
        (("ValueError: a", "INFO", "KeyError: 'b'", "INFO"), 1, 3, "product"),
        # no error at all: the last words
        (("x", "bash: line 1: trtllm-llmapi-launch: command not found"), 127, 2, "config"),
        (("x",), 127, None, "config"),
        (("x",), 1, None, "product"),
        ((), 1, None, "product"),
        # what an old error says is no reason for a signal, nor for a good end
        (("ValueError: a", *"123456"), -9, None, "infrastructure"),
        (("CUDA out of memory", *"123456"), -9, None, "infrastructure"),
        (("CUDA out of memory", *"123456"), 0, None, "product"),
        (("1", "CUDA out of memory", "2"), -9, 2, "infrastructure"),
        # a file that is not there is mentioned long before an end that has another reason
        (("FileNotFoundError: [Errno 2] No such file or directory", *"123456"), 0, None, "product"),
        # signals that a process sends to itself
        ((), -11, None, "product"),
        ((), -7, None, "infrastructure"),
        ((), 135, None, "infrastructure"),
    ],
)  # fmt: skip
def test_the_line_that_says_most_is_found(
    texts: tuple[str, ...], code: int, line: int | None, fault: str
) -> None:
    found = explain(lines(*texts), (), code, MATCH)

    assert (line, fault) == (found.line.number if found.line else None, found.fault)


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        ('Caused by: grpc request error: "etcdserver: authentication failed"', "DKI118"),
        ("    1: etcdserver: user name is empty", "DKI118"),
        ("etcdserver: user name is empty", "DKI101"),
    ],
)
def test_what_a_line_says_it_was_caused_by_says_more(cause: str, code: str) -> None:
    found = explain(lines("Failed to connect to etcd server with config X", cause), (), 1, MATCH)

    assert found.issue
    assert code == found.issue.code


def test_what_others_say_is_asked_second() -> None:
    others = lines("slurmstepd-node2: error: Detected 1 oom-kill event(s) in StepId=7.0.")

    assert others[0] == explain(lines("Loading weights:  45%|"), others, -9, MATCH).line
    own = lines("CUDA out of memory")
    assert own[0] == explain(own, others, 1, MATCH).line


@pytest.mark.parametrize(
    ("code", "expected"),
    [(-9, True), (-15, True), (137, True), (143, True), (-6, False), (-11, False), (139, False),
     (0, False), (1, False), (None, False)],
)  # fmt: skip
def test_signals_from_outside_are_told_from_ones_own(
    code: int | None,
    expected: bool,  # noqa: FBT001 - a table
) -> None:
    assert expected == from_outside(code)


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (HEADS, 5),
        (("ValueError: boom", "1", "2"), 1),
        (("ValueError: boom", *"12345"), None),
        (("thread 'x' panicked at src/a.rs:1", "why"), 1),
        (("WARN no ImportError: this is fine",), None),
        (("nothing",), None),
        ((), None),
    ],
)
def test_an_exception_counts_as_last_words_only(texts: tuple[str, ...], line: int | None) -> None:
    found = exception(lines(*texts))

    assert line == (found.number if found else None)
