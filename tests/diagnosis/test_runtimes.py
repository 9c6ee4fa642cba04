# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""The runtimes of languages tell a mistake of a program from what it was given, or lacks."""

from __future__ import annotations

import pytest

from pytest_dynamo.diagnosis.kinds import kind, telling
from pytest_dynamo.watch.lines import Line


def line(text: str, number: int = 1) -> Line:
    return Line("p", None, number, text)


@pytest.mark.parametrize(
    "text",
    [
        "RuntimeError: This event loop is already running",
        "RuntimeError: Event loop stopped before Future completed.",
        "RuntimeError: cannot be called from a running event loop",
        "RuntimeError: threads can only be started once",
        "RuntimeError: cannot notify on un-acquired lock",
        "RuntimeError: release unlocked lock",
        "msgpack.exceptions.ExtraData: unpack(b) received extra data.",
        "google.protobuf.message.DecodeError: Error parsing message",
        "RuntimeError: descriptor index 77 out of range for list of 64",
        "panic: close of closed channel",
        "http: panic serving 10.0.0.9:51022: EOF",
        "goroutine 7: runtime error: slice bounds [:7] with capacity 4",
        'ERROR Observed a panic {"panic": "it was nil"}',
        "fatal error: sync: unlock of unlocked mutex",
        "pyo3_async_runtimes.RustPanic: rust future panicked",
        "ERROR dynamo_runtime::worker: scheduler: division by zero",
        "attempt to subtract with overflow",
        "java.lang.NullPointerException: s is null",
        "python3: malloc.c:2617: sysmalloc: Assertion `(old_size == 0) || (p > q)' failed.",
        "  what():  Resource deadlock avoided",
        "  what():  bad_weak_ptr",
        "RuntimeError: Lock is not acquired.",
        "RuntimeError: <Queue at 0x7f> is bound to a different event loop",
        "numpy.linalg.LinAlgError: Singular matrix",
        "thread caused non-unwinding panic. aborting.",
        "ERROR dynamo_runtime: task panicked: byte index 3",
        "JoinError::Panic(Id(77), ..)",
        "*** buffer overflow detected ***: terminated",
        "==811==ERROR: AddressSanitizer: heap-use-after-free on address 0x60",
        "terminate called recursively",
        "  what():  stoi",
        "E1002 08:12:00.1 811 scheduler.cc:77] BUG: request 7 scheduled twice",
        "XlaRuntimeError: INTERNAL: Generated function failed",
        "Exception: MigrationError: inconsistent state",
        "the invariant of the queue is violated",
    ],
)
def test_what_a_runtime_says_tells_less_than_any_other_word(text: str) -> None:
    own = line(text)
    assert telling(own) is None
    assert (own, "product") == kind([own])
    setting = line("ValueError: x must be even", 2)
    assert (setting, "config") == kind([own, setting])


@pytest.mark.parametrize(
    "text",
    [
        "panic: cannot bind the port",
        "panic: bad flag",
        "op.cu:3: fatal error: cuda.h: not there",
    ],
)
def test_what_a_program_was_given_is_no_mistake_of_its_own(text: str) -> None:
    found = kind([line(text)])
    assert found is None or found[1] != "product"
