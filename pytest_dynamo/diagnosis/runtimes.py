# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the runtime of a language says of a program that is wrong itself.

Nobody sets these words: they are those of CPython's loops, threads and files, of Go, Rust, Java and
of C's ``assert``, and what programmers write where they think that nobody ever gets. They are asked
last, since a program is also brought down by what it was given, or by what its node lacks.
"""

from __future__ import annotations

import re

_PYTHON = (
    r"[Ee]vent loop (?:is already running|stopped before)"
    r"|threads can only be started once|un-?acquired lock|[Rr]elease unlocked lock"
    r"|\bLock is not acquired|bound to a different event loop|\bLinAlgError\b"
    r"|msgpack\.exceptions\.\w+"
    r"|protobuf\.message\.\w+Error|\bindex (?:\d+ )?(?:is )?out of (?:range|bounds)"
)
_GO = (
    r"\bpanic: (?!.*(?:bind|listen|config|flag|open ))|\bpanic serving\b|\bruntime error: "
    r"|\bObserved a panic\b|^fatal error: (?!.*(?:out of memory|newosproc|\.h\b))"
)
_RUST = (
    r"\bRustPanic\b|\b(?:division|divide) by zero|\battempt to \w+ with overflow"
    r"|\bassertion (?:`.*` )?failed\b|\bnon-unwinding panic\b|\btask panicked\b"
    r"|JoinError::Panic"
)
_JAVA = r"\b(?:NullPointer|IllegalState|ClassCast|ArrayIndexOutOfBounds)Exception\b"
_C = (
    r": Assertion [`'](?!.*(?:[Ss]uccess|SUCCESS|status|\berr|\bret|\brc\b)).+['`] failed"
    r"|[Rr]esource deadlock (?:avoided|would)|\bbad_weak_ptr\b"
    r"|buffer overflow detected|(?:Address|Thread|UndefinedBehavior)Sanitizer: "
    r"|terminate called recursively|\bwhat\(\):\s+sto\w+$"
)
_ANYBODY = (
    r"\bBUG: |\bINTERNAL: |\binconsistent (?:internal )?state\b"
    r"|\binvariant\b.*\b(?:violated|broken|not hold)"
)

#: A program that is wrong itself, by the words of its runtime or of who wrote it.
MISTAKES = re.compile(f"{_PYTHON}|{_GO}|{_RUST}|{_JAVA}|{_C}|{_ANYBODY}")
