# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How slow this machine is, so that a limit in seconds tells of us and not of the machine.

The yardstick is a pytest run of 1,456 tests that do nothing, which import what we import. It took
1.06 s on the two cores on which the limits were set.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _bytecode import environment

REFERENCE_S = 1.06
_ITEMS = 1456
_RUNS = 3


def slowness() -> float:
    """Return how many times longer than there the yardstick takes here, at least 1."""
    with tempfile.TemporaryDirectory() as where:
        empty = empty_tests(where, _ITEMS)
        times = [run(empty, where)[0] for _ in range(1 + _RUNS)][1:]  # the first made the bytecode
    return max(1.0, statistics.median(times) / REFERENCE_S)


def empty_tests(where: str, items: int) -> list[str]:
    """Write so many tests that do nothing; return the arguments of pytest that run them."""
    (Path(where) / "test_empty.py").write_text(
        "import pydantic, yaml, pytest\n"
        f"@pytest.mark.parametrize('number', range({items}))\n"
        "def test_empty(number): pass\n"
    )
    return ["-p", "no:pytest_dynamo.plugin", "test_empty.py"]


def run(arguments: list[str], where: str) -> tuple[float, str]:
    """Return the wall time of a pytest run in seconds, and what it said."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=where,
        env=environment(Path(where) / "bytecode"),
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.perf_counter() - began
    assert done.returncode == 0, done.stdout + done.stderr
    return took, done.stdout
