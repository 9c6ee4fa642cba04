# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the plugin costs a pytest run that has it installed and does not use it.

``python benchmarks/import_cost.py [PAIRS]`` runs one empty test with pytest alone and with the
plugin, by turns so that both meet the same weather, and compares the medians.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT_MS = 30
CHECKOUT = Path(__file__).parent.parent


def took_ms(place: str, *options: str) -> float:
    """Return how long pytest takes over one empty test."""
    environment = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # nothing else that happens to be installed
        "PYTHONPATH": str(CHECKOUT),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    began = time.perf_counter()
    subprocess.run(command, cwd=place, env=environment, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - began) * 1000


def main(pairs: int) -> None:
    """Measure, print, and fail above the limit."""
    options = {
        "pytest alone": ("-p", "no:pytest_dynamo.plugin"),
        "with the plugin": ("-p", "pytest_dynamo.plugin"),
    }
    measured: dict[str, list[float]] = {name: [] for name in options}
    with tempfile.TemporaryDirectory() as place:
        Path(place, "test_nothing.py").write_text("def test_nothing(): pass\n")
        for turn in range(pairs + 1):
            for name, words in options.items():
                milliseconds = took_ms(place, *words)
                if turn:  # the first pair fills the caches
                    measured[name].append(milliseconds)
    medians = {name: statistics.median(each) for name, each in measured.items()}
    for name, each in measured.items():
        print(f"{name:16} {medians[name]:6.1f} ms median of {pairs}, fastest {min(each):.1f} ms")
    alone, plugin = medians.values()
    print(f"{'ratio':16} {plugin / alone:6.2f}")
    print(f"{'added':16} {plugin - alone:6.1f} ms, limit {LIMIT_MS} ms")
    assert plugin - alone <= LIMIT_MS


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 15)
