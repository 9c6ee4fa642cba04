# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What all tests of the plugin stand on."""

from __future__ import annotations

import gc
import os
import signal

from twentieth import TWENTIETHS, twentieth

# As on a user's machine: without bytecode each of the thousands of processes that the tests start
# compiles all that it imports, and pytest rewrites it once more.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_configure() -> None:
    """Let what the tests start be interrupted: a background job inherits an ignored SIGINT."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Keep ten thousand tests out of every collection of garbage, of which there are many."""
    gc.collect()
    gc.freeze()


def pytest_report_header() -> str:
    """Say which lies all tests see in this run, for whoever repeats it."""
    which = f"one lie in {TWENTIETHS}, from number {twentieth()} on (FAULTS_TWENTIETH)"
    return f"faults: all tests see {which}"
