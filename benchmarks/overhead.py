# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""What the suites themselves cost beside the time that the server spends answering them.

    python benchmarks/overhead.py [TOPOLOGY [ENGINE...]]

Own is the CPU time of pytest's process while live tests run: client, grammar, polling, assertions.
The server's is what its frontend counts for all requests together. Dynamo's mocker keeps the pace
of a GPU, so its ratio is judged; that of a stand-in, which answers at once, is only shown. The file
is also the pytest plugin that measures.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

MOST = 0.10
_COUNTED = re.compile(
    r"^dynamo_frontend_request_duration_seconds_(sum|count)\{.*\} (\S+)$", re.MULTILINE
)
_spent = {"own": 0.0, "wall": 0.0, "tests": 0.0}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Add up the CPU time and the wall time of live tests."""
    began, cpu = time.perf_counter(), time.process_time()
    yield
    if item.get_closest_marker("dynamo"):
        _spent["own"] += time.process_time() - cpu
        _spent["wall"] += time.perf_counter() - began
        _spent["tests"] += 1


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Ask the frontend after the last test, while it is still there."""
    if nextitem is None:
        client = item.funcargs["deployment"].client  # type: ignore[attr-defined]
        counted = {"sum": 0.0, "count": 0.0}
        for what, value in _COUNTED.findall(client.get("/metrics").text):
            counted[what] += float(value)
        found = {**_spent, "server": counted["sum"], "requests": counted["count"]}
        Path(os.environ["OVERHEAD_FILE"]).write_text(json.dumps(found))


def measured(topology: str, engine: str, where: Path) -> dict[str, float]:
    """Return what a run of all suites spent, in seconds."""
    file = where / f"{engine}.json"
    here = Path(__file__).parent
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "pytest_dynamo.plugin", "-p", "overhead",
            "-p", "no:cacheprovider", "-m", "dynamo and not dynamo_exclusive",
            f"--topology={topology}", f"--dynamo-set=local.engine={engine}",
            f"--dynamo-run-dir={where / engine}",
        ],
        cwd=where,
        env={**os.environ, "PYTHONPATH": f"{here.parent}:{here}", "OVERHEAD_FILE": str(file)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, float] = json.loads(file.read_text())
    return found


def main() -> None:
    """Measure, print, and fail when the suites cost more than they may."""
    topology, *engines = sys.argv[1:] or ["local_disagg"]
    ratios = {}
    with tempfile.TemporaryDirectory() as where:
        for engine in engines or ("standin", "mocker"):
            found = measured(topology, engine, Path(where))
            ratio = ratios[engine] = found["own"] / found["server"]
            print(
                f"{topology} {engine:8} {found['tests']:.0f} live tests in {found['wall']:.1f} s: "
                f"own {found['own']:.2f} s, server {found['server']:.1f} s for "
                f"{found['requests']:.0f} requests, ratio {ratio:.3f}"
            )
    print(f"the mocker's at most {MOST}")
    assert ratios.get("mocker", 0) <= MOST


if __name__ == "__main__":
    main()
