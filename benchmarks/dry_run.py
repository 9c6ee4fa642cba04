# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What checking every topology costs, beside a pytest run of as many tests that do nothing.

    python benchmarks/dry_run.py [RUNS]

Both run in turn; the ratio is that of the medians of the wall times.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile

from _yardstick import empty_tests, run

RATIO, SECONDS = 2.0, 3.0
PLUGIN = ("-p", "pytest_dynamo.plugin")


def main() -> None:
    """Measure, print, and fail when the dry run is dearer than it may be."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    dry = [*PLUGIN, "--topology=all", "--dynamo-dry-run"]
    with tempfile.TemporaryDirectory() as where:
        _, said = run(dry, where)
        match = re.search(r"(\d+) passed", said)
        assert match, said
        items = int(match[1])
        empty = empty_tests(where, items)
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
