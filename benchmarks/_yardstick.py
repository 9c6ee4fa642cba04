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
        (Path(where) / "test_empty.py").write_text(
            "import pydantic, yaml, pytest\n"
            f"@pytest.mark.parametrize('number', range({_ITEMS}))\n"
            "def test_empty(number): pass\n"
        )
        times = [_run(where) for _ in range(1 + _RUNS)][1:]  # the first made the bytecode
    return max(1.0, statistics.median(times) / REFERENCE_S)


def _run(where: str) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "-p", "no:pytest_dynamo.plugin", "test_empty.py"],
        cwd=where,
        env=environment(Path(where) / "bytecode"),
        capture_output=True,
        check=True,
    )  # fmt: skip
    return time.perf_counter() - began
