# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What checking every topology costs, beside a pytest run of as many tests that do nothing.

    python benchmarks/dry_run.py [RUNS]

Both run in turn; the ratio is that of the medians of the wall times.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _bytecode import environment

RATIO, SECONDS = 2.0, 3.0
PLUGIN = ("-p", "pytest_dynamo.plugin")


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


def main() -> None:
    """Measure, print, and fail when the dry run is dearer than it may be."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    dry = [*PLUGIN, "--topology=all", "--dynamo-dry-run"]
    with tempfile.TemporaryDirectory() as where:
        _, said = run(dry, where)
        match = re.search(r"(\d+) passed", said)
        assert match, said
        items = int(match[1])
        (Path(where) / "test_empty.py").write_text(
            "import pydantic, yaml, pytest\n"
            f"@pytest.mark.parametrize('number', range({items}))\n"
            "def test_empty(number): pass\n"
        )
        empty = ["-p", "no:pytest_dynamo.plugin", "test_empty.py"]
        run(empty, where)
        times: dict[str, list[float]] = {"dry run": [], "empty tests": []}
        for _ in range(runs):
            times["dry run"].append(run(dry, where)[0])
            times["empty tests"].append(run(empty, where)[0])
    medians = {name: statistics.median(each) for name, each in times.items()}
    for name, each in times.items():
        print(f"{name:12} {items} items  median {medians[name]:.2f} s  least {min(each):.2f} s")
    ratio = medians["dry run"] / medians["empty tests"]
    print(f"ratio {ratio:.2f} (at most {RATIO}); at most {SECONDS:g} s")
    assert ratio <= RATIO
    assert medians["dry run"] <= SECONDS


if __name__ == "__main__":
    main()
