# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the plugin costs a pytest run that has it installed and does not use it.

``python benchmarks/import_cost.py [TIMES]`` starts that many interpreters. Each imports pytest,
then the plugin, and then runs one empty test with and without the plugin by turns; what the plugin
adds to the import and to a run is held as a share of what pytest takes for both. All of it is
compared within one process, moments apart: two processes on a busy machine differ by more than the
plugin costs.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT = 0.1
TURNS = 5
CHECKOUT = Path(__file__).parent.parent


def once() -> tuple[float, float, float, float]:
    """Return the milliseconds of importing pytest, the plugin, and of a run without and with it."""
    began = time.perf_counter()
    pytest = importlib.import_module("pytest")
    halfway = time.perf_counter()
    importlib.import_module("pytest_dynamo.plugin")
    ended = time.perf_counter()
    words = {"alone": "no:pytest_dynamo.plugin", "plugin": "pytest_dynamo.plugin"}
    took: dict[str, list[float]] = {name: [] for name in words}
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        for turn in range(TURNS + 1):
            for name, word in words.items():
                start = time.perf_counter()
                code = pytest.main(["-q", "-p", "no:cacheprovider", "-p", word, "test_nothing.py"])
                assert code == pytest.ExitCode.OK
                if turn:  # the first compiles and imports the test
                    took[name].append((time.perf_counter() - start) * 1000)
    alone, plugin = (statistics.median(each) for each in took.values())
    return (halfway - began) * 1000, (ended - halfway) * 1000, alone, plugin


def main(times: int) -> None:
    """Measure in fresh interpreters, print, and fail above the limit."""
    environment = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # nothing else that happens to be installed
        "PYTHONPATH": str(CHECKOUT),
    }
    measured: list[tuple[float, ...]] = []
    with tempfile.TemporaryDirectory() as place:
        Path(place, "test_nothing.py").write_text("def test_nothing(): pass\n")
        command = [sys.executable, str(Path(__file__).absolute()), "--once"]
        for turn in range(times + 1):
            told = subprocess.run(
                command, cwd=place, env=environment, stdout=subprocess.PIPE, text=True, check=True
            ).stdout
            if turn:  # the first fills the caches
                measured.append(tuple(float(word) for word in told.split()))
    shares = [
        (plugin + with_it - without) / (alone + without)
        for alone, plugin, without, with_it in measured
    ]
    medians = [statistics.median(each) for each in zip(*measured, strict=True)]
    print("import           {:6.1f} ms pytest, {:.1f} ms the plugin".format(*medians[:2]))
    print("one empty test   {:6.1f} ms alone, {:.1f} ms with the plugin".format(*medians[2:]))
    share = statistics.median(shares)
    print(f"added            {share:6.3f} of pytest alone, median of {times}, limit {LIMIT}")
    assert share <= LIMIT


if __name__ == "__main__":
    if sys.argv[1:] == ["--once"]:
        print(*once())
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 9)
