# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""How long a person waits: for the verdict, for the bring-up, for the first test, for the end.

``python benchmarks/startup.py [RUNS] [TOPOLOGY]`` runs the bundled suites without xdist, prints the
median and the worst of each span, and fails where the worst is above its limit. A machine that is
slower than the one on which the limits were set may exceed them by as much.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _bytecode import environment
from _yardstick import slowness

#: Spans in seconds, with their limits where there are any.
LIMITS = {
    "command to verdict": 12.0,
    "asked for to ready": 4.0,
    "can serve to ready": None,
    "can serve to first test": 0.5,
    "take-down": None,
}
#: A plugin of its own: the two moments that only pytest knows.
NOTES = """
import os, time
def note(what):
    with open(os.environ["BENCHMARK_NOTES"], "a") as file:
        file.write(f"{time.time()} {what}\\n")
def pytest_fixture_setup(fixturedef):
    if fixturedef.argname == "deployment":
        note("asked")
def pytest_runtest_call(item):
    if item.get_closest_marker("dynamo"):
        note("test")
"""
#: The frontend's own words when a request would be answered; the last of them counts.
SERVES = re.compile(
    r"^(\S+)Z .*(Adding worker set to model|chat endpoints enabled|router target activated)",
    re.MULTILINE,
)


def spans(place: Path, bytecode: Path, topology: str) -> dict[str, float]:
    """Return how long each span of one run took."""
    (place / "benchmark_notes.py").write_text(NOTES)
    environ = {
        **environment(bytecode),
        "PYTHONPATH": f"{place}{os.pathsep}{Path(__file__).parent.parent}",
        "BENCHMARK_NOTES": str(place / "notes"),
    }
    command = [
        sys.executable, "-m", "pytest", "-p", "pytest_dynamo.plugin", "-p", "benchmark_notes",
        f"--topology={topology}", f"--dynamo-run-dir={place / 'run'}",
    ]  # fmt: skip
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=place, env=environ, capture_output=True, text=True, check=False
    )
    whole = time.perf_counter() - began
    assert done.returncode == 0, done.stdout + done.stderr
    notes: dict[str, float] = {}
    for line in (place / "notes").read_text().splitlines():
        at, what = line.split()
        notes.setdefault(what, float(at))
    events = [json.loads(line) for line in (place / "run/events.jsonl").read_text().splitlines()]
    ready = next(event["at"] for event in events if event["kind"] == "ready")
    log = (place / "run/logs/frontend.log").read_text()
    serves = max(
        dt.datetime.fromisoformat(at).replace(tzinfo=dt.timezone.utc).timestamp()
        for at, _ in SERVES.findall(log)
    )
    return {
        "command to verdict": whole,
        "asked for to ready": ready - notes["asked"],
        "can serve to ready": ready - serves,
        "can serve to first test": notes["test"] - serves,
        "take-down": json.loads((place / "run/teardown.json").read_text())["seconds"],
    }


def main(runs: int, topology: str) -> None:
    """Measure, print, and fail above a limit."""
    measured = []
    slower = slowness()
    with tempfile.TemporaryDirectory() as bytecode:
        for _ in range(1 + runs):
            with tempfile.TemporaryDirectory() as place:
                measured.append(spans(Path(place), Path(bytecode), topology))
    del measured[0]  # it made the bytecode
    print(f"this machine takes {slower:.2f} times as long as the one of the limits")
    print(f"{topology}, {runs} run(s)           median    worst    limit")
    for name, limit in LIMITS.items():
        each = [one[name] for one in measured]
        shown = f"{limit:6.1f} s" if limit else "       -"
        print(f"{name:34} {statistics.median(each):6.2f} s {max(each):6.2f} s {shown}")
    for name, limit in LIMITS.items():
        assert limit is None or max(one[name] for one in measured) <= limit * slower, name


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 5, sys.argv[2] if sys.argv[2:] else "wide_ep_disagg")
